/** What stays on the phone: the card of this tab, drafts, and per poll the Prüfnummer, never the choice. */

import { hex } from "./codes.js";
import { sha256 } from "./sha256.js";

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Drawer */
/** @typedef {{commitment: string, code: string, wrong?: boolean}} Own */

/**
 * Storage that also works where the browser forbids it (private windows): then only as long as the page is open.
 * @param {() => Storage} open
 * @returns {Drawer}
 */
export function drawer(open) {
  const loose = new Map();
  try {
    const store = open();
    store.setItem("mm", "");
    return store;
  } catch {
    return {
      getItem: (key) => loose.get(key) ?? null,
      setItem: (key, value) => loose.set(key, value),
      removeItem: (key) => loose.delete(key),
    };
  }
}

/** Prüfnummern by poll and card, since families share phones; neither can be read off the name. */
export class Receipts {
  card = "";

  /** @param {Drawer} store */
  constructor(store) {
    this.store = store;
    /** @type {Record<string, Own>} */
    this.all = JSON.parse(store.getItem("mm-votes") || "{}");
  }

  /** @param {string} poll */
  name(poll) {
    return hex(sha256(new TextEncoder().encode(`${poll} ${this.card}`))).slice(0, 16);
  }

  /**
   * @param {string} poll
   * @returns {Own | undefined}
   */
  of(poll) {
    return this.all[this.name(poll)];
  }

  /**
   * @param {string} poll
   * @param {Own} own
   */
  keep(poll, own) {
    this.all[this.name(poll)] = own;
    this.store.setItem("mm-votes", JSON.stringify(this.all));
  }
}
