// On every page: parts that follow what happens, shortcut keys, ticking minutes. Forms: forms.js.
"use strict";
const body = document.body, text = (name) => body.dataset["text" + name] || "";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const OURS = { "X-Requested-With": "alur" };
// The clocks of old PCs are wrong: minutes are counted from the server's clock.
const skew = body.dataset.at ? Date.now() - Date.parse(body.dataset.at) : 0;

// --- Live parts: <section data-live="/lab/parts/list" data-topics="unit:lab" [data-every="5"]> ---
const shown = new WeakMap(), running = new WeakSet(), again = new WeakSet();
const plain = (el) => el.innerHTML.replace(/(name="idempotency_key" value=")[^"]*/g, "$1").replace(/\s+/g, " ").trim();
const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio], [type=submit]), textarea, select";
const typing = (el) => el && el.matches && el.matches(TYPED);
const changed = (el) => el.type === "hidden" ? false
  : el.type === "checkbox" || el.type === "radio" ? el.checked !== el.defaultChecked
  : el.tagName === "SELECT" ? el.selectedIndex !== Math.max([...el.options].findIndex((o) => o.defaultSelected), 0)
  : el.value !== el.defaultValue;
// Nothing that someone is filling in is ever replaced under their hands.
const busy = (part) => part.querySelector("form[aria-busy=true]") ||
  (part.contains(document.activeElement) && typing(document.activeElement)) ||
  all("input, textarea, select", part).some(changed);

async function refresh(part) {
  if (!part.dataset.live) return;
  if (running.has(part)) { again.add(part); return; }
  running.add(part);
  try {
    await sleep(30); // several topics of one commit: one fetch
    const answer = await fetch(part.dataset.live, { headers: OURS, cache: "no-store" });
    if (answer.status === 401 || answer.redirected) { signedOut(); return; }
    if (answer.status === 403) { forget(part, await answer.json().catch(() => ({}))); return; }
    if (answer.ok && part.isConnected) replace(part, await answer.text());
  } catch { /* no network: the reconnection brings it */ } finally {
    running.delete(part);
    if (again.delete(part)) refresh(part);
  }
}
function forget(part, { detail }) { // not for this person, or not any more: no more asking
  if (detail && part.matches(".sheet") && part.textContent.trim()) { // it was here a moment ago: say why it went
    const why = Object.assign(document.createElement("p"), { className: "notice", textContent: detail });
    part.replaceChildren(why);
  } else (part.closest(".card") || part).hidden = true;
  delete part.dataset.live;
  delete part.dataset.every;
}
function replace(part, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const root = fresh.content.firstElementChild; // a fragment may come with its own data-live element
  if (root && root.dataset.live && fresh.content.childElementCount === 1) fresh.innerHTML = root.innerHTML;
  if (plain(fresh) === shown.get(part)) return;
  if (busy(part)) { part.dataset.late = "1"; return; }
  const known = new Set(all("[id]", part).map((el) => el.id)), loading = part.dataset.now === "";
  const open = all("details[open][id]", part).map((el) => el.id);
  const focus = part.contains(document.activeElement) ? document.activeElement : null;
  const back = focus && (focus.id ? "#" + CSS.escape(focus.id)
    : focus.dataset.key ? `[data-key="${focus.dataset.key}"]`
    : focus.hasAttribute("href") ? `a[href="${CSS.escape(focus.getAttribute("href"))}"]` : null);
  shown.set(part, plain(fresh));
  part.replaceChildren(fresh.content);
  delete part.dataset.late;
  if (loading) part.dataset.now = "done";
  else all("li[id], tr[id]", part).forEach((el) => known.has(el.id) || el.classList.add("fresh"));
  open.forEach((id) => { const el = document.getElementById(id); if (el) el.open = true; });
  if (back && part.querySelector(back)) part.querySelector(back).focus({ preventScroll: true });
  tick();
  document.dispatchEvent(new Event("alur:replaced"));
}
const refreshAll = () => all("[data-live]").forEach(refresh);
document.addEventListener("focusout", () => setTimeout(() => all("[data-late]").forEach((part) => busy(part) || refresh(part)), 100));

let stream = null, offline = 0;
const lost = (yes, why) => {
  const el = document.getElementById("connection");
  if (!el) return;
  if (why) el.textContent = why;
  el.hidden = !yes;
};
function signedOut() { // what somebody is typing outlives their session: they sign in beside it
  if (all("form[method=post] :is(input, textarea, select)").some(changed)) lost(true, text("Signedout"));
  else location.reload();
}
function listen() {
  if (stream || !body.dataset.liveUrl || document.hidden || !document.querySelector("[data-live]")) return;
  stream = new EventSource(body.dataset.liveUrl);
  stream.onopen = () => { clearTimeout(offline); lost(false); refreshAll(); }; // what was missed meanwhile
  stream.addEventListener("changed", ({ data }) => {
    const topics = data.split("\n");
    all("[data-live]").forEach((part) => {
      const own = (part.dataset.topics || "").split(/[\s,]+/);
      if (topics.some((topic) => topic === "*" || own.includes(topic))) refresh(part);
    });
  });
  stream.onerror = () => {
    clearTimeout(offline);
    offline = setTimeout(() => lost(true), 3000);
    if (stream.readyState === EventSource.CLOSED) { stream = null; setTimeout(listen, 3000); }
  };
}
// A browser opens six connections to one server: pages nobody looks at give theirs back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden && stream) { stream.close(); stream = null; clearTimeout(offline); } else listen();
});
let second = 0;
setInterval(() => {
  second += 1;
  if (!document.hidden) all("[data-every]").forEach((part) => second % part.dataset.every || refresh(part));
}, 1000);

// --- Keys, clocks, print ---
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
  const pressed = (el) => el.dataset.key.toLowerCase() === event.key.toLowerCase() && !el.disabled && el.offsetParent;
  const el = all("[data-key]").find(pressed);
  if (el) { event.preventDefault(); el.click(); }
});
document.addEventListener("click", ({ target }) => { if (target.closest("[data-print]")) print(); });
function tick() {
  all(".scroll").forEach((el) => { if (el.scrollWidth > el.clientWidth) el.tabIndex = 0; }); // for the keyboard
  const now = Date.now() - skew;
  all("time[data-since]").forEach((el) => {
    const total = Math.max(0, Math.floor((now - Date.parse(el.dataset.since)) / 60000)), hours = Math.floor(total / 60);
    if (hours < 48) el.textContent = text(hours ? "Hours" : "Minutes").replace("{h}", hours).replace("{m}", total % 60);
    el.classList.toggle("late", "limit" in el.dataset && total >= +el.dataset.limit);
  });
  all("time[data-clock]").forEach((el) => { // data-clock="Asia/Makassar"
    const how = { timeZone: el.dataset.clock || undefined, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    el.textContent = new Intl.DateTimeFormat(document.documentElement.lang, how).format(now);
  });
}
setInterval(tick, 5000);
all("[data-live]").forEach((part) => shown.set(part, plain(part)));
all("[data-now]").forEach(refresh);
if (document.querySelector("[data-print-now]")) setTimeout(print, 300);
const back = document.querySelector("a[data-return]"); // the queue machine goes back by itself
if (back) setTimeout(() => back.click(), 1000 * (back.dataset.return || 15));
tick();
listen();
