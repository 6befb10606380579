/** A few short words of one's own. */
import { Form } from "./ballot.js";
import { tidy } from "./choices.js";
import { make, word } from "./dom.js";

const LEGIBLE = /^[\p{L}\p{M}\p{N} \-'’.&+]{1,24}$/u; // as backend/polls/choices.py

export class WordForm extends Form {
  /** @override */
  draw() {
    const box = this.box();
    const words = this.chosen.filter((each) => !this.isQuiet(each));
    for (let n = 1; n <= this.poll.max; n += 1) {
      const row = make("i-word", { n });
      const field = /** @type {HTMLInputElement} */ (row.querySelector("input"));
      field.value = words[n - 1] ?? "";
      box.append(row);
    }
    for (const { id, text, letter } of this.lines.filter((line) => line.quiet)) {
      const row = make("i-checkbox", { letter, label: text });
      this.dress(row, id).checked = this.chosen[0] === id;
      box.append(row);
    }
    box.addEventListener("input", ({ target }) => {
      const fields = [...box.querySelectorAll("input")];
      const own = /** @type {HTMLInputElement} */ (target);
      for (const field of fields.filter((each) => each.type !== own.type)) {
        if (field.type === "checkbox") field.checked = false;
        else if (own.checked) field.value = "";
      }
      const filled = fields.filter((field) => (field.type === "checkbox" ? field.checked : tidy(field.value)));
      this.choose(filled.map(({ value }) => value));
      this.hint("");
    });
  }

  /**
   * @override
   * @param {Event} event
   */
  submit(event) {
    event.preventDefault();
    const words = this.chosen.filter((each) => !this.isQuiet(each)).map(tidy);
    const folded = new Set(words.map((each) => each.toUpperCase().toLowerCase()));
    if (words.every((each) => LEGIBLE.test(each)) && folded.size === words.length) return super.submit(event);
    this.hint(word("legible"));
  }

  /** @override */
  isKnown() {
    return true;
  }
}
