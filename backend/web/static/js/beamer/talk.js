/** The ring around a speaker's clock, and the sentence once the time is up. */

import { secondsLeft, share } from "./ticks.js";

/**
 * @param {ParentNode} root
 * @param {number} now the server's time in ms
 */
export function showTalk(root, now) {
  const ring = /** @type {SVGElement | null} */ (root.querySelector("[data-ring][data-until]"));
  if (!ring) return;
  const left = secondsLeft(Date.parse(ring.dataset.until ?? ""), now);
  ring.setAttribute("stroke-dasharray", `${share(left, Number(ring.dataset.ring))} 100`);
  const over = /** @type {HTMLElement | null} */ (root.querySelector("[data-over]"));
  if (over) over.hidden = left > 0;
}
