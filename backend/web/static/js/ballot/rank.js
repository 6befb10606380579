/** Putting options into an order with buttons; no dragging needed. */
import { Form } from "./ballot.js";
import { announce, make, on, word } from "./dom.js";

/** @import { Poll } from "./types.js" */
/** @import { Line } from "./lines.js" */

export class RankForm extends Form {
  /**
   * @param {Poll} poll
   * @param {Line[]} lines
   * @param {string[]} draft
   * @param {(choice: string[]) => void} done
   */
  constructor(poll, lines, draft, done) {
    super(poll, lines, draft, done);
    this.screen = "s-rank";
    this.missing = "order";
  }

  /**
   * @override
   * @param {string} [moved]
   */
  draw(moved) {
    const rest = this.lines.filter((line) => !this.chosen.includes(line.id) && !(line.quiet && this.chosen.length));
    const isFull = this.chosen.length >= this.poll.max;
    document.querySelector("[data-in]")?.replaceChildren(...this.chosen.map((id, i) => {
      const row = this.row("i-ranked", id, i + 1);
      row.classList.toggle("is-moved", id === moved);
      /** @type {HTMLButtonElement} */ (row.querySelector("[data-do=up]")).disabled = i === 0;
      return row;
    }));
    document.querySelector("[data-out]")?.replaceChildren(...rest.map(({ id }) => {
      const row = this.row("i-unranked", id, this.chosen.length + 1);
      /** @type {HTMLElement} */ (row.querySelector("button")).hidden = isFull;
      return row;
    }));
  }

  /**
   * @param {string} template
   * @param {string} id
   * @param {number} n
   */
  row(template, id, n) {
    const label = this.lines.find((line) => line.id === id)?.text;
    const row = /** @type {HTMLElement} */ (make(template, { n, label }).firstElementChild);
    row.dataset.id = id;
    return row;
  }

  /**
   * Move an option and keep the focus on it.
   * @param {string} id
   * @param {number} to new place; beyond the last it leaves the order
   */
  move(id, to) {
    const order = moved(this.chosen.filter((each) => !this.isQuiet(each)), id, to);
    this.choose(this.isQuiet(id) ? order.filter((each) => each === id) : order);
    this.draw(id);
    const label = this.lines.find((line) => line.id === id)?.text;
    const n = this.chosen.indexOf(id) + 1;
    announce(n ? word("moved", { label, n, total: this.chosen.length }) : word("removed", { label }));
    const row = document.querySelector(`[data-id="${id}"]`);
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector("button:not(:disabled)"))?.focus();
  }
}

/**
 * @param {string[]} order
 * @param {string} id
 * @param {number} to
 */
export function moved(order, id, to) {
  const others = order.filter((each) => each !== id);
  const leaves = order.includes(id) && to > others.length;
  return leaves ? others : [...others.slice(0, to), id, ...others.slice(to)];
}

/**
 * Let the buttons of a ranking move whatever form is open.
 * @param {() => unknown} form
 */
export function listenToRanking(form) {
  const steps = /** @type {const} */ ([["up", -1], ["down", 1], ["place", 0]]);
  for (const [action, step] of steps) {
    on(action, (target) => {
      const open = form();
      const id = /** @type {HTMLElement | null} */ (target.closest("[data-id]"))?.dataset.id;
      if (!(open instanceof RankForm) || !id) return;
      open.move(id, step ? open.chosen.indexOf(id) + step : open.chosen.length);
    });
  }
}
