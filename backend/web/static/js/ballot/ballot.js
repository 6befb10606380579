/** Filling in a ballot: one option, several, a number (for an order see rank.js). Nothing here hears the network. */
import { byId, make, show, word } from "./dom.js";

/** @import { Option, Poll } from "./types.js" */
/** @import { Choices } from "./codes.js" */
/** @import { Values } from "./dom.js" */
/** @typedef {{id: string, text: string, letter: string, quiet: boolean}} Line */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * The options as shown everywhere: a letter each, a dash for abstention, 1 to 5 for a scale without names.
 * @param {Poll} poll
 * @param {(texts: Record<string, string>) => string} say
 * @returns {Line[]}
 */
export function linesOf(poll, say) {
  const bare = poll.type === "scale" && !poll.options.some((option) => !option.abstain);
  /** @type {Option[]} */
  const options = bare ? [1, 2, 3, 4, 5].map((n) => ({ id: `${n}`, de: `${n}` })) : poll.options;
  let at = 0;
  return options.map((option) => {
    const own = poll.type === "scale" ? option.id : LETTERS[at % 26];
    if (!option.abstain) at += 1;
    return { id: option.id, text: say(option), letter: option.abstain ? "–" : own, quiet: Boolean(option.abstain) };
  });
}

/**
 * What is marked, in the form that is committed to.
 * @param {Poll} poll
 * @param {string[]} marked option ids; best first for a ranking, else in option order
 * @returns {Choices}
 */
export function choicesOf(poll, marked) {
  const isNumber = poll.type === "scale" && !poll.options.find((option) => option.id === marked[0])?.abstain;
  return isNumber ? marked.map(Number) : marked;
}

/**
 * What a click leaves marked: one option where one is allowed, abstention never beside others, never more than `max`.
 * @param {Poll} poll
 * @param {string[]} before
 * @param {string} id
 */
export function marked(poll, before, id) {
  if (before.includes(id)) return before.filter((each) => each !== id);
  const quiet = poll.options.filter((option) => option.abstain).map((option) => option.id);
  if (poll.type !== "multi" || quiet.includes(id)) return [id];
  const kept = before.filter((each) => !quiet.includes(each));
  if (kept.length >= poll.max) return before;
  return poll.options.map((option) => option.id).filter((each) => each === id || kept.includes(each));
}

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
    this.chosen = draft.filter((id) => lines.some((line) => line.id === id));
    this.done = done;
    this.screen = "s-ballot";
    this.missing = "choose";
  }

  /** @param {string[]} ids */
  choose(ids) {
    this.chosen = ids;
  }

  /** @param {string} id */
  isQuiet(id) {
    return this.lines.some((line) => line.quiet && line.id === id);
  }

  /** @param {Values} values */
  open(values) {
    const { max, type } = this.poll;
    const rule = type === "scale" ? word("scale") : max > 1 ? word("many", { n: max }) : word("one");
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

  draw() {
    const box = /** @type {HTMLElement} */ (document.querySelector("[data-options]"));
    const kind = this.poll.type === "multi" ? "checkbox" : "radio";
    if (this.poll.type === "scale") box.classList.add("mm-scale");
    for (const { id, text, letter, quiet } of this.lines) {
      const row = make(`i-${kind}`, { letter, label: text === letter ? "" : text });
      const input = /** @type {HTMLInputElement} */ (row.querySelector("input"));
      input.value = id;
      if (quiet) row.querySelector("label")?.classList.add("mm-option--quiet");
      if (this.poll.type === "yesno" && !quiet) row.querySelector("b")?.replaceChildren(make(`i-${id}`));
      box.append(row);
    }
    box.addEventListener("change", (event) => {
      this.chosen = marked(this.poll, this.chosen, /** @type {HTMLInputElement} */ (event.target).value);
      this.hint("");
      this.mark(box);
    });
    this.mark(box);
  }

  /** @param {HTMLElement} box */
  mark(box) {
    const { max, type } = this.poll;
    const used = this.chosen.filter((id) => !this.isQuiet(id)).length;
    const isFull = type === "multi" && used >= max;
    for (const input of box.querySelectorAll("input")) {
      input.checked = this.chosen.includes(input.value);
      input.disabled = isFull && !input.checked && !this.isQuiet(input.value);
    }
    if (type !== "multi") return;
    const left = document.querySelector(".mm-rule strong");
    if (left) left.textContent = isFull ? word("full") : word("left", { n: max - used, max });
    /** @type {HTMLElement} */ (document.querySelector("[data-swap]")).hidden = !isFull;
  }
}
