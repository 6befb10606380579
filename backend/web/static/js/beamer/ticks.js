/** What moves between two screens: the clock, the countdown, the turnout. Nothing here changes the layout. */

export const LAST_SECONDS = 15;
export const HALL_ZONE = "Europe/Berlin"; // where the evening is, whatever the device thinks
const SECOND_MS = 1_000;
const MINUTE_S = 60;

/**
 * @param {number} ends in ms
 * @param {number} now in ms
 * @returns {number} whole seconds, never below zero
 */
export function secondsLeft(ends, now) {
  return Math.max(0, Math.ceil((ends - now) / SECOND_MS));
}

/** @param {number} seconds */
export function countdown(seconds) {
  return `${Math.floor(seconds / MINUTE_S)}:${String(seconds % MINUTE_S).padStart(2, "0")}`;
}

/**
 * @param {ParentNode} root
 * @param {number} now the server's time in ms
 */
export function tick(root, now) {
  const time = new Date(now).toLocaleTimeString("de", { hour: "2-digit", minute: "2-digit", timeZone: HALL_ZONE });
  for (const clock of root.querySelectorAll("[data-clock]")) write(clock, time);
  for (const clock of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-ends]"))) {
    const left = secondsLeft(Date.parse(clock.dataset.ends ?? ""), now);
    write(clock, countdown(left));
    clock.classList.toggle("mm-clock--low", left <= LAST_SECONDS);
    const caption = /** @type {HTMLElement | null} */ (clock.previousElementSibling);
    if (left <= LAST_SECONDS && caption?.dataset.last) write(caption, caption.dataset.last);
  }
}

/**
 * @param {ParentNode} root
 * @param {{used: number, cards: Record<string, number>}} turnout
 */
export function showTurnout(root, { used, cards }) {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-tick]"))) {
    const name = node.dataset.tick ?? "";
    if (name === "meter") node.querySelector("line")?.setAttribute("x2", `${share(used, Number(node.dataset.total))}%`);
    else write(node, String(name === "used" ? used : cards[name] ?? 0));
  }
}

/**
 * @param {number} used
 * @param {number} total
 */
export function share(used, total) {
  return total > 0 ? Math.min(100, Math.round((10_000 * used) / total) / 100) : 0;
}

/**
 * @param {Element} node
 * @param {string} text
 */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
