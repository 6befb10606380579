/**
 * The check on the reader's own device: every published entry is hashed again and must lead to the signed root.
 * Words come from the page's data attributes, so that they are translated with it.
 */

import { isSigned, parseCheckpoint } from "./checkpoint.js";
import { bundles, entriesOf, leafHash, Tree } from "./tree.js";

const AT_ONCE_MAX = 20_000; // larger logs are checked when asked for

/**
 * @param {string} prefix
 * @param {string} path
 */
async function load(prefix, path) {
  const answer = await fetch(`${prefix}/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** @param {Uint8Array} one @param {Uint8Array} other */
function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** One check of the page. */
class Verifier {
  /** @param {HTMLElement} home */
  constructor(home) {
    this.home = home;
    this.verdict = /** @type {HTMLElement} */ (home.querySelector("[data-mm-verdict]"));
    this.prefix = home.dataset.prefix ?? "";
    this.vkey = home.dataset.vkey ?? "";
  }

  /**
   * @param {string} name
   * @param {Record<string, string | number>} [values]
   */
  words(name, values = {}) {
    const text = this.home.dataset[name] ?? "";
    return text.replaceAll(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
  }

  /** @param {string} title @param {string} text @param {boolean} bad */
  say(title, text, bad = false) {
    this.verdict.classList.toggle("mm-urteil--bad", bad);
    /** @type {HTMLElement} */ (this.verdict.querySelector("h2")).textContent = title;
    /** @type {HTMLElement} */ (this.verdict.querySelector("p")).textContent = text;
  }

  /** @param {string} check @param {string} state @param {string} count */
  mark(check, state, count) {
    const row = this.home.querySelector(`[data-mm-check="${check}"]`);
    if (!row) return;
    row.classList.toggle("is-bad", state === "bad");
    row.classList.toggle("is-wait", state === "wait");
    const shown = row.querySelector(".n");
    if (shown) shown.textContent = count;
  }

  async run() {
    const began = performance.now();
    this.say(this.words("working"), this.words("begin"));
    try {
      const file = new TextDecoder().decode(await load(this.prefix, "checkpoint"));
      const checkpoint = parseCheckpoint(file);
      const signed = await isSigned(checkpoint, this.vkey);
      this.mark("signature", signed === null ? "wait" : signed ? "ok" : "bad", this.words(signed === null ? "unknown" : signed ? "yes" : "no"));
      const tree = new Tree();
      for (const bundle of bundles(checkpoint.size)) {
        const content = await load(this.prefix, bundle.path);
        for (const entry of entriesOf(content, bundle.count)) tree.add(leafHash(entry));
        this.mark("entries", "wait", this.words("of", { n: tree.size, all: checkpoint.size }));
      }
      const fits = isSame(tree.root(), checkpoint.root);
      this.mark("entries", fits ? "ok" : "bad", this.words("of", { n: tree.size, all: checkpoint.size }));
      this.finish(fits && signed !== false, tree.size, (performance.now() - began) / 1000);
    } catch {
      this.say(this.words("failed"), this.words("failedText"));
    }
  }

  /** @param {boolean} fits @param {number} n @param {number} seconds */
  finish(fits, n, seconds) {
    const language = document.documentElement.lang || "de";
    const s = seconds.toLocaleString(language, { maximumFractionDigits: 1 });
    if (fits) this.say(this.words("fits"), this.words("fitsText", { n, s }));
    else this.say(this.words("differs"), this.words("differsText"), true);
  }
}

for (const home of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-mm-log]"))) {
  const verifier = new Verifier(home);
  const button = /** @type {HTMLButtonElement | null} */ (home.querySelector("[data-mm-again]"));
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => verifier.run());
  }
  if (Number(home.dataset.size) <= AT_ONCE_MAX) void verifier.run();
}
