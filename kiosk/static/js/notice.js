/** The consultative sentence, in full, wherever a screen has a place for it; its first sentence strong. */
import { say } from "../../js/ballot/screens.js";

/** @import { State } from "./types.js" */

/**
 * @param {string} text
 * @returns {[string, string]} the first sentence and the rest; verse by verse text has no first sentence
 */
export function parted(text) {
  const end = text.includes("\n") ? -1 : text.indexOf(". ");
  return [text.slice(0, end + 1), text.slice(end + 1)];
}

/** @param {State | null} state */
export function fillNotice(state) {
  const slot = /** @type {HTMLElement | null} */ (document.querySelector("[data-notice]"));
  const text = say(state?.meeting.notice ?? {});
  if (!slot || !text) return;
  const [first, rest] = parted(text);
  const strong = document.createElement("strong");
  strong.textContent = first;
  slot.replaceChildren(strong, rest);
  slot.hidden = false;
}
