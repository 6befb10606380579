/**
 * Comforts of the moderation queue: single keys for those who want them, and the letter as it will be.
 * Keys never fire while writing and can be switched off (WCAG 2.1.4). Everything works without this file.
 */

const KEYS_OFF = "machmit-tasten-aus";
const PAUSE_MS = 400;

/** @returns {boolean} */
function keysAreOff() {
  try {
    return localStorage.getItem(KEYS_OFF) === "1";
  } catch {
    return false;
  }
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement && target.matches("textarea, select, input:not([type=radio]), [contenteditable]");
}

/** @param {number} by */
function goTo(by) {
  const entries = [...document.querySelectorAll("a[data-mm-entry]")];
  const at = entries.findIndex((entry) => entry.hasAttribute("aria-current"));
  const next = entries[at + by];
  if (next instanceof HTMLAnchorElement) location.assign(next.href);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (keysAreOff() || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j") goTo(1);
  else if (key === "k") goTo(-1);
  else {
    const choice = document.querySelector(`input[data-mm-key="${CSS.escape(key)}"]`);
    if (!(choice instanceof HTMLInputElement)) return;
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  }
  event.preventDefault();
}

/** @param {HTMLFormElement} form @param {HTMLElement} letter */
async function showLetter(form, letter) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  try {
    const answer = await fetch(form.dataset.mmDecision ?? "", { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    letter.replaceChildren(...page.body.childNodes);
  } catch {
    // no connection: the letter stays as it is
  }
}

/** @param {HTMLFormElement} form */
function attend(form) {
  const letter = /** @type {HTMLElement | null} */ (form.querySelector("[data-mm-letter]"));
  const reasons = /** @type {HTMLElement | null} */ (form.querySelector(".mm-reasons"));
  const chosen = () => form.querySelector("input[name=ergebnis]:checked")?.getAttribute("value") ?? "";
  const sortOut = () => {
    if (reasons) reasons.hidden = chosen() === "publish" || chosen() === "hold";
  };
  let timer = 0;
  const later = () => {
    sortOut();
    clearTimeout(timer);
    if (letter) timer = window.setTimeout(() => void showLetter(form, letter), PAUSE_MS);
  };
  form.addEventListener("change", later);
  form.addEventListener("input", later);
  sortOut();
}

document.addEventListener("keydown", onKey);
const form = document.querySelector("form[data-mm-decision]");
if (form instanceof HTMLFormElement) attend(form);
const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-mm-keys]"));
if (line) line.hidden = false;
const off = document.querySelector("[data-mm-keys-off]");
off?.setAttribute("aria-pressed", String(keysAreOff()));
off?.addEventListener("click", () => {
  const isOff = !keysAreOff();
  try {
    localStorage.setItem(KEYS_OFF, isOff ? "1" : "0");
  } catch {
    return;
  }
  off.setAttribute("aria-pressed", String(isOff));
});

export {};
