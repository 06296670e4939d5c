// The queue display calls a number aloud: chime, then speech, when data-call gets a new value.
// <b data-call="A-006/2" data-say="Nomor A 6, silakan ke Ruang Anak">A-006</b> <button data-sound>
"use strict";
(() => {
  let sound = null, called = (document.querySelector("[data-call]") || { dataset: {} }).dataset.call;
  const chime = (pitch, at) => {
    const tone = sound.createOscillator(), loud = sound.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.4, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.9);
  };
  const announce = () => {
    const el = document.querySelector("[data-call]");
    if (!sound || !el || el.dataset.call === called) return;
    called = el.dataset.call;
    chime(660, sound.currentTime);
    chime(528, sound.currentTime + 0.45);
    if (!el.dataset.say || !("speechSynthesis" in window)) return;
    const words = new SpeechSynthesisUtterance(el.dataset.say);
    words.lang = "id-ID";
    words.rate = 0.9;
    setTimeout(() => { speechSynthesis.cancel(); speechSynthesis.speak(words); }, 1200);
  };
  document.addEventListener("alur:replaced", announce);
  document.addEventListener("click", ({ target }) => { // browsers allow sound after a touch only
    const button = target.closest("[data-sound]");
    if (!button) return;
    sound = new AudioContext();
    called = null;
    button.hidden = true;
    announce();
  });
})();
