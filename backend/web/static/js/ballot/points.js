/** A number for each row: chosen from a row of circles, or counted up and down while points are left. */
import { Form } from "./ballot.js";
import { make, word } from "./dom.js";

export class PointsForm extends Form {
  /** @override */
  draw() {
    const { type, options, max } = this.poll;
    const box = this.box();
    const steps = type === "scale" ? options.filter((option) => !option.abstain).map(({ id }) => id) : numbers(max);
    for (const { id, text, letter, quiet } of this.lines) {
      const isCounted = type === "cumulative";
      const row = make(quiet ? "i-checkbox" : isCounted ? "i-count" : "i-row", { letter, label: text });
      const cells = row.querySelector("[data-cells]");
      if (quiet) this.dress(row, id);
      for (const n of ["", ...(isCounted ? [] : steps)]) cells?.append(cell(id, n));
      /** @type {HTMLElement} */ (row.firstElementChild).dataset.id = id;
      box.append(row);
    }
    box.addEventListener("change", ({ target }) => {
      const { name, value } = /** @type {HTMLInputElement} */ (target);
      this.give(name === "choice" ? value : name, name === "choice" ? "" : value);
    });
    box.addEventListener("click", ({ target }) => {
      const button = /** @type {HTMLElement} */ (target).closest("button");
      const id = button?.closest("[data-id]")?.getAttribute("data-id");
      if (button && id) this.step(id, button.dataset.step === "up" ? 1 : -1);
    });
    this.mark();
  }

  /**
   * Give a row its number, or take it back; a quiet row stands alone.
   * @param {string} id
   * @param {string} number
   */
  give(id, number) {
    const isQuiet = this.isQuiet(id);
    const others = this.chosen.filter((mark) => !isQuiet && !this.isQuiet(mark) && !mark.startsWith(`${id}:`));
    const own = isQuiet ? (this.chosen[0] === id ? [] : [id]) : number ? [`${id}:${number}`] : [];
    const order = this.lines.map((line) => line.id);
    const place = (/** @type {string} */ mark) => order.indexOf(mark.split(":")[0]);
    this.choose([...others, ...own].sort((a, b) => place(a) - place(b)));
    this.hint("");
    this.mark();
  }

  /**
   * @param {string} id
   * @param {number} by
   */
  step(id, by) {
    const number = this.of(id) + by;
    if (number >= 0 && (by < 0 || this.left() > 0)) this.give(id, number ? `${number}` : "");
  }

  /** @param {string} id */
  of(id) {
    return Number(this.chosen.find((mark) => mark.startsWith(`${id}:`))?.split(":")[1] ?? 0);
  }

  /** Points nobody has yet. */
  left() {
    return this.lines.reduce((left, { id }) => left - this.of(id), this.poll.max);
  }

  /** @override */
  mark() {
    const n = this.left();
    for (const input of this.box().querySelectorAll("input")) {
      const mark = input.name === "choice" ? input.value : `${input.name}:${input.value}`;
      const isUnrated = !input.value && !this.chosen.some((each) => each.startsWith(`${input.name}:`));
      input.checked = isUnrated || this.chosen.includes(mark);
    }
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.box().querySelectorAll("output"))) {
      const id = place.closest("[data-id]")?.getAttribute("data-id") ?? "";
      place.textContent = `${this.of(id)}`;
      place.parentElement?.querySelector("[data-step=up]")?.setAttribute("aria-disabled", `${!n}`);
      place.parentElement?.querySelector("[data-step=down]")?.setAttribute("aria-disabled", `${!this.of(id)}`);
    }
    if (this.poll.type === "cumulative") this.tell(n ? word("points", { n, max: this.poll.max }) : word("full"));
  }

  /**
   * @override
   * @param {string} mark
   */
  isKnown(mark) {
    return super.isKnown(mark.split(":")[0]);
  }
}

/** @param {number} max */
function numbers(max) {
  return Array.from({ length: max + 1 }, (_, n) => `${n}`);
}

/**
 * One circle of a row; the first one says nothing.
 * @param {string} name
 * @param {string} value
 */
function cell(name, value) {
  const made = make("i-cell", { n: value || "–" });
  const input = /** @type {HTMLInputElement} */ (made.querySelector("input"));
  if (!value) input.setAttribute("aria-label", word("unrated"));
  [input.name, input.value] = [name, value];
  return made;
}
