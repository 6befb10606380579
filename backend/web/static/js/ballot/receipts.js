/** What this phone voted: Prüfnummer and commitment per poll, never the choice. */

/** @import { Drawer } from "./outbox.js" */
/** @typedef {{commitment: string, code: string, wrong?: boolean}} Own */

export class Receipts {
  /** @param {Drawer} store */
  constructor(store) {
    this.store = store;
  }

  /** @returns {Record<string, Own>} */
  get all() {
    return JSON.parse(this.store.getItem("mm-votes") || "{}");
  }

  /** @param {string} poll */
  has(poll) {
    return poll in this.all;
  }

  /** @param {string} poll */
  of(poll) {
    return this.all[poll];
  }

  /**
   * @param {string} poll
   * @param {Own} own
   */
  keep(poll, own) {
    this.store.setItem("mm-votes", JSON.stringify({ ...this.all, [poll]: own }));
  }
}
