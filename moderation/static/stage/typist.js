/**
 * Sends what a captioner types, piece by piece: one piece is on its way at a time, and what is typed meanwhile goes
 * with the next, so that a fast hand never floods the hall. A piece that did not arrive is sent again with its key.
 */

export const GAP_MS = 500; // the server takes a piece every 400 ms
export const RETRY_MS = 2_000;
export const LINE_CHARS = 84; // what a line of the wall holds

/** @typedef {"taken" | "later" | "refused"} Outcome */

/**
 * Whether typed text should leave by itself: it fills a line and a word has just ended.
 * @param {string} text
 */
export function isFull(text) {
  return text.length >= LINE_CHARS && /\s$/u.test(text);
}

export class Typist {
  pending = "";
  /** @type {{text: string, key: string} | null} */
  piece = null;
  isBusy = false;

  /**
   * @param {object} wiring
   * @param {(text: string, key: string) => Promise<Outcome>} wiring.post
   * @param {() => string} wiring.newKey
   * @param {(text: string) => void} wiring.waiting what has not arrived yet; empty once all has
   * @param {(text: string) => void} wiring.refused what the server will not take; it belongs to the typing hand again
   * @param {(ms: number) => Promise<void>} wiring.rest
   * @param {number} wiring.limit characters of a piece
   */
  constructor(wiring) {
    this.wiring = wiring;
  }

  /** @param {string} text */
  say(text) {
    this.pending = `${this.pending} ${text}`.trim();
    return this.isBusy ? Promise.resolve() : this.work();
  }

  async work() {
    this.isBusy = true;
    while (this.piece || this.pending) {
      this.piece ??= this.next();
      const outcome = await this.wiring.post(this.piece.text, this.piece.key);
      if (outcome === "later") this.wiring.waiting(`${this.piece.text} ${this.pending}`.trim());
      else {
        if (outcome === "refused") this.wiring.refused(this.piece.text);
        this.piece = null;
      }
      await this.wiring.rest(outcome === "later" ? RETRY_MS : GAP_MS);
    }
    this.isBusy = false;
    this.wiring.waiting("");
  }

  /** Take the next piece, cut between words. */
  next() {
    const { limit, newKey } = this.wiring;
    const cut = this.pending.length <= limit ? limit : this.pending.lastIndexOf(" ", limit);
    const end = cut > 0 ? cut : limit;
    const text = this.pending.slice(0, end).trim();
    this.pending = this.pending.slice(end).trim();
    return { text, key: newKey() };
  }
}
