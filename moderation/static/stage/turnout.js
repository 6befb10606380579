/** The turnout of the poll in the middle, number by number and as a bar; the layout stays as it is. */

const CHANNELS = ["phone", "kiosk", "paper"];

/**
 * The stretches of the bar in per cent.
 * @param {Record<string, number>} cards
 * @param {number} total
 */
export function stretches(cards, total) {
  let x = 0;
  return CHANNELS.map((channel) => {
    const width = total > 0 ? (100 * (cards[channel] ?? 0)) / total : 0;
    const stretch = { x: round(x), width: round(width) };
    x += width;
    return stretch;
  });
}

/**
 * @param {ParentNode} root
 * @param {{used: number, cards: Record<string, number>}} turnout
 */
export function showTurnout(root, { used, cards }) {
  const bar = /** @type {HTMLElement | null} */ (root.querySelector('[data-tick="bar"]'));
  const total = Number(bar?.dataset.total ?? 0);
  const share = total > 0 ? `${Math.round((100 * used) / total)} %` : "";
  /** @type {Record<string, string | number>} */
  const values = { used, share, open: Math.max(0, total - used), ...cards };
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-tick]"))) {
    const value = values[node.dataset.tick ?? ""] ?? (CHANNELS.includes(node.dataset.tick ?? "") ? 0 : undefined);
    if (value !== undefined && node.textContent !== String(value)) node.textContent = String(value);
  }
  const parts = bar?.querySelectorAll("rect") ?? [];
  for (const [position, { x, width }] of stretches(cards, total).entries()) {
    parts[position]?.setAttribute("x", `${x}%`);
    parts[position]?.setAttribute("width", `${width}%`);
  }
}

/** @param {number} value */
function round(value) {
  return Math.round(100 * value) / 100;
}
