/** The result of a poll as bars and a table; and whether this phone's own ballot is in the published list. */
import { holds } from "./commitment.js";
import { fill, make, word } from "./dom.js";

/** @import { Poll, Result } from "./types.js" */
/** @import { Line } from "./ballot.js" */
/** @typedef {{id: string, text: string, n: number, share: number, value: string, wins: boolean}} Row */

/**
 * What to show for each option: votes for most types, points or places for a ranking, best first.
 * @param {Poll} poll
 * @param {Line[]} lines
 * @returns {Row[]}
 */
export function rowsOf(poll, lines) {
  const { totals, method, valid, status } = /** @type {Result} */ (poll.result);
  if (poll.type === "ranking") return rankedRows(lines, method);
  const numbers = lines.map((line) => totals?.[line.id] ?? 0);
  const most = Math.max(...lines.map((line, i) => (line.quiet ? 0 : numbers[i])));
  const isClear = status !== "provisional" && poll.type !== "scale" && numbers.filter((n) => n === most).length === 1;
  return lines.map((line, i) => {
    const n = numbers[i];
    const text = line.quiet || line.text === line.letter ? line.text : `${line.letter}\u2002${line.text}`;
    const share = valid ? Math.round((100 * n) / valid) : 0;
    return { id: line.id, text, n, share, value: `${share} %`, wins: isClear && n === most && n > 0 && !line.quiet };
  });
}

/**
 * @param {Line[]} lines
 * @param {Result["method"]} method
 * @returns {Row[]}
 */
function rankedRows(lines, method) {
  const points = Object.fromEntries(
    lines.map(({ id }) => {
      const [top, below = 1] = String(method.borda?.[id] ?? 0).split("/").map(Number);
      return [id, top / below];
    }),
  );
  const best = Math.max(1, ...Object.values(points));
  /** @type {string[][]} */
  const places = method.name === "schulze" ? method.schulze : [];
  const place = (/** @type {string} */ id) => places.findIndex((group) => group.includes(id));
  const order = lines.filter((line) => !line.quiet);
  order.sort((a, b) => place(a.id) - place(b.id) || points[b.id] - points[a.id]);
  return order.map(({ id, text, letter }) => ({
    id,
    text: `${letter}\u2002${text}`,
    n: Math.round(points[id]),
    share: (100 * points[id]) / best,
    value: place(id) < 0 ? "" : word("place", { n: place(id) + 1 }),
    wins: method.winners?.includes(id),
  }));
}

/**
 * @param {HTMLElement} main
 * @param {Poll} poll
 * @param {Line[]} lines
 */
export function fillResult(main, poll, lines) {
  const result = /** @type {Result} */ (poll.result);
  const rows = rowsOf(poll, lines).map((row) => {
    const bar = make("i-bar", { label: row.text, n: row.n, share: row.value });
    bar.querySelector("line")?.setAttribute("x2", `${row.share}%`);
    bar.firstElementChild?.classList.toggle("mm-bar--win", row.wins);
    bar.firstElementChild?.classList.toggle("mm-bar--prov", result.status === "provisional");
    return bar;
  });
  main.querySelector("[data-bars]")?.replaceChildren(...rows);
  const channels = Object.keys(result.by_channel ?? {});
  const table = /** @type {HTMLTableElement} */ (main.querySelector("[data-channels]"));
  table.hidden = channels.length < 2 || poll.type === "ranking";
  /** @type {HTMLElement} */ (main.querySelector("[data-merged]")).hidden = !result.withheld;
  if (!table.hidden) fillTable(table, lines, channels, result);
}

/**
 * @param {HTMLTableElement} table
 * @param {Line[]} lines
 * @param {string[]} channels
 * @param {Result} result
 */
function fillTable(table, lines, channels, result) {
  const head = /** @type {HTMLTableRowElement} */ (table.tHead?.rows[0]);
  while (head.cells.length > 1) head.deleteCell(1);
  for (const name of channels) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.append(make(`i-${name}`));
    head.append(cell);
  }
  table.tBodies[0].replaceChildren(...lines.map((line) => {
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = line.quiet ? line.text : line.letter;
    row.append(name);
    for (const channel of channels) row.insertCell().textContent = `${result.by_channel?.[channel]?.[line.id] ?? 0}`;
    return row;
  }));
}

/**
 * Look for this phone's ballot in the published list and say what was found; silent while there is no list.
 * @param {HTMLElement} main
 * @param {Poll} poll
 * @param {{commitment: string, code: string}} own
 */
export async function findOwn(main, poll, own) {
  const answer = await fetch(`/api/v1/polls/${poll.id}/openings.jsonl`);
  if (!answer.ok) return;
  const name = holds(poll.id, await answer.text(), own.commitment) ? "found" : "missing";
  const box = /** @type {HTMLElement | null} */ (main.querySelector(`[data-own=${name}]`));
  if (box) {
    fill(box, { code: own.code });
    box.hidden = false;
  }
}
