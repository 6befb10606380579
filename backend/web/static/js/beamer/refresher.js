/**
 * Fetch a page again when something happened, never twice at once and not more often than the pace; what happens
 * meanwhile leads to one more fetch. A failed fetch is tried again.
 */

const PACE_MS = 300;
const RETRY_MS = 2_000;

/**
 * @typedef {object} Wiring
 * @property {() => Promise<string>} load
 * @property {(html: string) => void} apply
 * @property {(works: boolean) => void} [status]
 * @property {(act: () => void, ms: number) => unknown} [wait]
 */

export class Refresher {
  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
    this.wait = wiring.wait ?? ((act, ms) => setTimeout(act, ms));
    this.isWaiting = false;
    this.isLoading = false;
    this.isDue = false;
  }

  /** @param {number} [ms] */
  soon(ms = PACE_MS) {
    this.isDue = true;
    if (this.isWaiting || this.isLoading) return;
    this.isWaiting = true;
    this.wait(() => this.run(), ms);
  }

  async run() {
    this.isWaiting = false;
    this.isLoading = true;
    this.isDue = false;
    let again = PACE_MS;
    try {
      this.wiring.apply(await this.wiring.load());
      this.wiring.status?.(true);
    } catch {
      this.isDue = true;
      again = RETRY_MS;
      this.wiring.status?.(false);
    }
    this.isLoading = false;
    if (this.isDue) this.soon(again);
  }
}

/**
 * Load this page's text. Raises when the answer is an error.
 * @param {string} address
 * @param {() => void} [ended] called when the page is no longer ours to see
 */
export async function pageText(address, ended) {
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.status === 403) ended?.();
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}
