/** What stays on the phone: the card of this tab, drafts, and per poll the Prüfnummer, never the choice. */

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

export class Receipts {
  /** @param {Drawer} store */
  constructor(store) {
    this.store = store;
    /** @type {Record<string, Own>} */
    this.all = JSON.parse(store.getItem("mm-votes") || "{}");
  }

  /**
   * @param {string} poll
   * @param {Own} own
   */
  keep(poll, own) {
    this.all[poll] = own;
    this.store.setItem("mm-votes", JSON.stringify(this.all));
  }
}
