/** How old the picture is: a badge appears once nothing was heard for ten seconds, and goes by itself. */

import { HALL_ZONE } from "./ticks.js";

export const STALE_MS = 10_000;

export class Freshness {
  /**
   * @param {HTMLElement} badge its `data-words` hold the sentence with `{time}`
   * @param {number} now
   */
  constructor(badge, now) {
    this.badge = badge;
    this.heardAt = now;
  }

  /** @param {number} now */
  heard(now) {
    this.heardAt = now;
    this.check(now);
  }

  /** @param {number} now */
  check(now) {
    const isStale = now - this.heardAt > STALE_MS;
    if (this.badge.hidden !== isStale) return;
    const time = new Date(this.heardAt).toLocaleTimeString("de", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: HALL_ZONE });
    this.badge.textContent = (this.badge.dataset.words ?? "").replace("{time}", time);
    this.badge.hidden = !isStale;
  }
}
