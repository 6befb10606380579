/** From what is marked to the choices that are committed to, and to what a person reads. Marks are texts. */

/** @import { Poll } from "./types.js" */
/** @import { Choices } from "./codes.js" */
/** @import { Line } from "./lines.js" */

/** @param {Poll} poll whether each row has a number of its own */
export function hasRows({ type, statements }) {
  return type === "score" || type === "cumulative" || (type === "scale" && Boolean(statements?.length));
}

/**
 * What is marked, in the form that is committed to (docs/algorithms/counting.md).
 * @param {Poll} poll
 * @param {string[]} marked option ids, best first for a ranking, else in option order; `row:number`; or words
 * @returns {Choices}
 */
export function choicesOf(poll, marked) {
  if (poll.options.some((option) => option.abstain && option.id === marked[0])) return marked;
  if (poll.type === "words") return marked.map((each) => tidy(each)).filter(Boolean).sort(byCodePoint);
  if (!hasRows(poll)) return poll.type === "scale" ? marked.map(Number) : marked;
  const given = marked.map((mark) => mark.split(":"));
  if (poll.type !== "scale") return Object.fromEntries(given.map(([row, number]) => [row, Number(number)]));
  return poll.statements.map(({ id }) => {
    const number = given.find(([row]) => row === id)?.[1];
    return number ? Number(number) : null;
  });
}

/**
 * Choices as lines to read, the letter or number of each before it.
 * @param {Poll} poll
 * @param {Line[]} lines options, or statements where those are rated
 * @param {Choices} choices
 * @returns {string[][]}
 */
export function readable(poll, lines, choices) {
  if (!Array.isArray(choices)) {
    return lines.filter(({ id }) => id in choices).map(({ id, text }) => [`${choices[id]}`, text]);
  }
  if (poll.type === "scale" && poll.statements?.length && choices.length === poll.statements.length) {
    const rated = choices.map((number, i) => [`${number ?? "–"}`, lines[i]?.text ?? ""]);
    if (!lines.find(({ id }) => id === choices[0])) return rated;
  }
  return choices.map((id, i) => {
    const { text = `${id}`, letter = "", quiet } = lines.find((line) => line.id === `${id}`) ?? {};
    const isPlain = quiet || poll.type === "yesno" || text === letter;
    return [poll.type === "ranking" ? `${i + 1}.` : isPlain ? "" : letter, text];
  });
}

/** @param {string} text a word as typed: no blanks around it, one between, composed letters */
export function tidy(text) {
  return text.normalize("NFC").trim().replace(/\s+/g, " ");
}

/**
 * @param {string} a
 * @param {string} b
 */
function byCodePoint(a, b) {
  const [left, right] = [[...a], [...b]].map((signs) => signs.map((sign) => sign.codePointAt(0) ?? 0));
  const at = left.findIndex((point, i) => point !== right[i]);
  return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1);
}
