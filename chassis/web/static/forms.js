// Forms are sent by fetch, answered in place, and tried again with the same key while there is no
// network. Uses alur.js: all, text, sleep, OURS, refreshAll.
"use strict";
const newKey = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
  (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
const renew = (form) => { const el = form.elements.idempotency_key; if (el) el.value = newKey(); };
document.addEventListener("click", ({ target }) => { // refusals in the page's words, not the browser's
  const button = target.closest("button, input");
  if (button && button.form && button.form.method === "post") button.form.noValidate = true;
}, true);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const plain = "plain" in form.dataset; // the browser sends it, once it is filled in well
  if (!plain) event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  clear(form);
  const errors = check(form);
  if (errors.length) { event.preventDefault(); show(form, { detail: text("Check"), errors }); }
  else if (!plain) send(form, event.submitter);
});
const dotted = (el) => "number" in el.dataset ? el.value.trim().replace(",", ".") : el.value;
function check(form) {
  const point = document.documentElement.lang === "id" ? "," : ".";
  const limit = (value) => value === undefined ? "…" : value.replace(".", point);
  const found = new Map();
  all("input, textarea, select", form).forEach((el) => {
    const { min, max } = el.dataset;
    const number = "number" in el.dataset && el.value.trim() ? Number(dotted(el)) : 0;
    const wrong = el.disabled ? "" : el.validity.valueMissing ? text("Required")
      : Number.isNaN(number) || !el.validity.valid ? text("Wrong")
      : "number" in el.dataset && el.value.trim() && (number < +(min ?? -Infinity) || number > +(max ?? Infinity))
        ? text("Range").replace("{min}", limit(min)).replace("{max}", limit(max)) : "";
    if (wrong && !found.has(el.name)) found.set(el.name, { field: el.name, detail: wrong });
  });
  return [...found.values()];
}
async function send(form, submitter) {
  const numbers = all("[data-number]", form), kept = numbers.map((el) => el.value);
  numbers.forEach((el) => { el.value = dotted(el); });
  const data = new FormData(form);
  numbers.forEach((el, place) => { el.value = kept[place]; });
  if (submitter && submitter.name) data.append(submitter.name, submitter.value);
  const sent = new URLSearchParams(data); // the same body goes with the same key, however often
  const to = (submitter && submitter.getAttribute("formaction")) || form.getAttribute("action") || location.href;
  form.setAttribute("aria-busy", "true");
  hold(true); // what would be typed elsewhere now would be lost when the next page comes
  for (let wait = 1; ; wait = Math.min(wait * 2, 30)) {
    const headers = { ...OURS, Accept: "text/html, application/problem+json" };
    const answer = await fetch(to, { method: "POST", body: sent, headers }).catch(() => null);
    if (answer && ![429, 502, 503, 504].includes(answer.status)) return received(form, answer);
    hold(false);
    form.inert = true;
    notice(form, text("Retry"), "wait");
    await Promise.race([sleep(wait * 1000), new Promise((now) => addEventListener("online", now, { once: true }))]);
  }
}
const hold = (yes) => all("main").forEach((el) => { el.inert = yes; });
async function received(form, answer) {
  form.inert = false;
  form.removeAttribute("aria-busy");
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    hold(false);
    if (answer.status < 500) renew(form); // a refused form, once mended, is another command
    return show(form, { ...problem, detail: problem.detail || text("Failed") });
  }
  clear(form);
  if ("stay" in form.dataset) { hold(false); form.reset(); renew(form); return refreshAll(); }
  const to = new URL(answer.headers.get("Location") || answer.url, location);
  if (to.href.split("#")[0] === location.href.split("#")[0]) location.reload(); else location.assign(to);
}
function notice(form, message, kind) {
  let box = form.previousElementSibling;
  if (!box || !box.matches("[data-notice]")) {
    box = document.createElement("div");
    box.dataset.notice = "";
    box.setAttribute("role", "alert");
    form.before(box);
  }
  box.className = "notice " + kind;
  if (box.textContent !== message) box.textContent = message;
}
function show(form, { detail, errors = [] }) {
  const rest = [];
  errors.forEach((error) => {
    const found = form.elements[error.field], el = found && !found.tagName ? found[0] : found;
    if (!el || el.type === "hidden") { rest.push(error.detail); return; }
    const hint = Object.assign(document.createElement("span"), { className: "hint", textContent: error.detail });
    hint.id = (el.id || el.name) + "-error";
    el.setAttribute("aria-invalid", "true");
    el.dataset.described = el.getAttribute("aria-describedby") || "";
    el.setAttribute("aria-describedby", (hint.id + " " + el.dataset.described).trim());
    (el.closest("fieldset.choices, .field, label") || el.parentElement).append(hint);
  });
  notice(form, [...new Set([detail, ...rest])].join(" "), "late");
  const first = form.querySelector("[aria-invalid=true]");
  if (first) first.focus(); else form.previousElementSibling.scrollIntoView({ block: "nearest" });
}
function clear(form) {
  all(".hint", form).forEach((el) => el.remove());
  all("[aria-invalid=true]", form).forEach((el) => {
    el.removeAttribute("aria-invalid");
    if (el.dataset.described) el.setAttribute("aria-describedby", el.dataset.described); else el.removeAttribute("aria-describedby");
  });
  const box = form.previousElementSibling;
  if (box && box.matches("[data-notice]")) box.remove();
}
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("beforeunload", (event) => document.querySelector("form[aria-busy=true]") && event.preventDefault());

