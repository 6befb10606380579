/** Filling in a ballot: one option, several, what a budget allows. Nothing here hears the network. */
import { byId, make, show, word } from "./dom.js";
import { euros, marked, moneyLeft, takesSeveral } from "./lines.js";

/** @import { Poll } from "./types.js" */
/** @import { Line } from "./lines.js" */
/** @import { Values } from "./dom.js" */

export class Form {
  /** @type {string[]} */
  chosen = [];

  /**
   * @param {Poll} poll
   * @param {Line[]} lines
   * @param {string[]} draft
   * @param {(choice: string[]) => void} done
   */
  constructor(poll, lines, draft, done) {
    this.poll = poll;
    this.lines = lines;
    this.chosen = draft.filter((mark) => this.isKnown(mark));
    this.done = done;
    this.screen = "s-ballot";
    this.missing = "choose";
  }

  /** @param {string[]} ids */
  choose(ids) {
    this.chosen = ids;
  }

  /** @param {string} mark of a draft */
  isKnown(mark) {
    return this.lines.some((line) => line.id === mark);
  }

  /** Where the options stand. */
  box() {
    return /** @type {HTMLElement} */ (document.querySelector("[data-options]"));
  }

  /** @param {string} id */
  isQuiet(id) {
    return this.lines.some((line) => line.quiet && line.id === id);
  }

  /** @param {Values} values */
  open(values) {
    const { max, type, statements } = this.poll;
    const rule = (statements?.length && word("rate")) || word(type, { n: max }) || word(max > 1 ? "many" : "one", { n: max });
    show(this.screen, { ...values, rule, left: "" });
    byId("ballot").addEventListener("submit", (event) => this.submit(event));
    this.draw();
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    if (this.chosen.length) return this.done(this.chosen);
    this.hint(word(this.missing));
    /** @type {HTMLElement | null} */ (byId("ballot").querySelector("input, button"))?.focus();
  }

  /** @param {string} text */
  hint(text) {
    const place = document.querySelector("[data-hint]");
    if (place) place.textContent = text;
  }

  /**
   * Give a row the value of its option.
   * @param {DocumentFragment} row
   * @param {string} id
   */
  dress(row, id) {
    const input = /** @type {HTMLInputElement} */ (row.querySelector("input"));
    input.value = id;
    if (this.isQuiet(id)) row.querySelector("label")?.classList.add("mm-option--quiet");
    return input;
  }

  draw() {
    const box = this.box();
    const kind = takesSeveral(this.poll) ? "checkbox" : "radio";
    if (this.poll.type === "scale") box.classList.add("mm-scale");
    for (const { id, text, letter, quiet } of this.lines) {
      const row = make(`i-${kind}`, { letter, label: text === letter ? "" : text });
      this.dress(row, id);
      if (this.poll.type === "yesno" && !quiet) row.querySelector("b")?.replaceChildren(make(`i-${id}`));
      box.append(row);
    }
    box.addEventListener("change", (event) => {
      this.chosen = marked(this.poll, this.chosen, /** @type {HTMLInputElement} */ (event.target).value);
      this.hint("");
      this.mark();
    });
    this.mark();
  }

  mark() {
    const { poll, chosen } = this;
    const used = chosen.filter((id) => !this.isQuiet(id));
    const [left, n] = [moneyLeft(poll, chosen), poll.max - used.length];
    const inputs = [...this.box().querySelectorAll("input")];
    for (const input of inputs) {
      input.checked = chosen.includes(input.value);
      const fits = poll.type === "budget" ? moneyLeft(poll, [...chosen, input.value]) >= 0 : n > 0;
      input.disabled = takesSeveral(poll) && !fits && !input.checked && !this.isQuiet(input.value);
    }
    if (!takesSeveral(poll)) return;
    const free = n > 0 ? word("left", { n, max: poll.max }) : word("full");
    this.tell(poll.type === "budget" ? word("money", { left: euros(left), all: euros(poll.budget ?? 0) }) : free);
    /** @type {HTMLElement} */ (document.querySelector("[data-swap]")).hidden = !inputs.some((input) => input.disabled);
  }

  /** @param {string} text what is left to give */
  tell(text) {
    const left = document.querySelector(".mm-rule strong");
    if (left) left.textContent = text;
  }
}
