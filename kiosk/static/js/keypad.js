/** Typing a code on the screen, on a keyboard or a keypad. Only characters that stand on our cards and receipts. */
import { isSound, normal } from "../../js/ballot/codes.js";
import { word } from "../../js/ballot/dom.js";

const SIGNS = /^[0-9A-HJKMNP-TV-Z]$/;

/**
 * What a key leaves of the code.
 * @param {string} typed
 * @param {string} key
 * @param {number} length
 */
export function pressed(typed, key, length) {
  if (key === "Backspace") return typed.slice(0, -1);
  if (key === "Delete" || key === "Clear") return "";
  const sign = normal(key);
  return SIGNS.test(sign) && typed.length < length ? typed + sign : typed;
}

/**
 * What is wrong with a code, as the key of a sentence; "" when nothing is.
 * @param {string} typed
 * @param {number} length
 * @param {boolean} hasCheck whether its last sign is a check character
 */
export function problemOf(typed, length, hasCheck) {
  if (typed.length !== length) return "length";
  return hasCheck && !isSound(typed) ? "bad" : "";
}

/** @param {string} key of a sentence, or "" */
export function complain(key) {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-bad]"));
  if (!place) return;
  place.hidden = !key;
  place.textContent = key && (word(key) || word("failed"));
}

/**
 * @param {string} typed
 * @param {number} length
 */
export function drawCode(typed, length) {
  const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-code]"));
  if (!box) return;
  box.dataset.name ??= box.getAttribute("aria-label") ?? "";
  box.classList.toggle("mm-codebox--long", length > 8);
  const parts = [];
  for (let at = 0; at < length; at += 1) {
    if (at && at % 4 === 0) parts.push(Object.assign(document.createElement("i"), { textContent: "–" }));
    const sign = document.createElement("span");
    sign.textContent = typed[at] ?? "";
    sign.classList.toggle("is-next", at === typed.length);
    parts.push(sign);
  }
  box.replaceChildren(...parts);
  box.setAttribute("aria-label", word("spelt", { label: box.dataset.name, n: typed.length, total: length }));
  const left = document.querySelector("[data-left]");
  if (left) left.textContent = typed.length < length ? word("chars", { n: length - typed.length }) : word("complete");
}
