/** Writing words on the screen, where a kiosk has no keyboard. The keys come with the page, in the reader's alphabet. */
import { byId, make } from "../../js/ballot/dom.js";

const LONGEST = 24;

/**
 * What a key leaves of a word: a capital begins it, small letters follow; an empty key takes the last sign back.
 * @param {string} text
 * @param {string} letter
 * @param {string} language
 */
export function written(text, letter, language) {
  const signs = [...text];
  if (!letter) return signs.slice(0, -1).join("");
  if (signs.length >= LONGEST) return text;
  return text + (signs.length && letter !== "ß" ? letter.toLocaleLowerCase(language) : letter);
}

/** Put the keys under the fields of a ballot; they write into the field that was touched last. */
export function offerLetters() {
  const form = byId("ballot");
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("[name=wort]")]);
  if (!fields.length) return;
  let [field] = fields;
  form.addEventListener("focusin", ({ target }) => {
    field = fields.find((each) => each === target) ?? field;
  });
  form.append(make("i-letters"));
  const keys = /** @type {HTMLElement} */ (form.lastElementChild);
  keys.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  keys.addEventListener("click", ({ target }) => {
    const key = /** @type {HTMLElement} */ (target).closest("button");
    if (!key) return;
    field.value = written(field.value, key.dataset.letter ?? "", document.documentElement.lang);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
