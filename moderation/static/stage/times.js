/** The running clocks of the console: how long a poll is open, how long the last call still lasts. */

import { countdown, secondsLeft } from "../../js/beamer/ticks.js";

/**
 * @param {ParentNode} root
 * @param {number} now the server's time in ms
 */
export function tick(root, now) {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-ends], [data-since]"))) {
    const { ends, since } = node.dataset;
    const seconds = ends ? secondsLeft(Date.parse(ends), now) : Math.max(0, Math.floor((now - Date.parse(since ?? "")) / 1_000));
    const text = countdown(seconds);
    if (node.textContent !== text) node.textContent = text;
  }
}

/**
 * Whether the page asked to be fetched again at a moment that has come.
 * @param {ParentNode} root
 * @param {number} now
 * @param {string} last the moment that led to a fetch before
 */
export function isDue(root, now, last) {
  const moment = /** @type {HTMLElement | null} */ (root.querySelector("[data-refresh-at]"))?.dataset.refreshAt ?? "";
  return moment && moment !== last && now > Date.parse(moment) ? moment : "";
}

/**
 * How long ago the room was heard.
 * @param {Document} root
 * @param {number} silenceMs
 */
export function showHeard(root, silenceMs) {
  const place = root.getElementById("gehoert");
  const text = (place?.dataset.words ?? "").replace("{n}", String(Math.floor(silenceMs / 1_000)));
  if (place && place.textContent !== text) place.textContent = text;
}
