/** What can be chosen, and what a click leaves of it. Pure but for the language of the page. */

/** @import { Option, Poll } from "./types.js" */
/** @typedef {{id: string, text: string, letter: string, quiet: boolean}} Line */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * What is shown everywhere: a letter for each option, a dash for abstention, 1 to 5 for a scale without names;
 * where statements are rated, these, numbered.
 * @param {Poll} poll
 * @param {(texts: Record<string, string>) => string} say
 * @returns {Line[]}
 */
export function linesOf(poll, say) {
  const bare = poll.type === "scale" && !poll.options.some((option) => !option.abstain);
  /** @type {Option[]} */
  const options = bare ? [1, 2, 3, 4, 5].map((n) => ({ id: `${n}`, de: `${n}` })) : poll.options;
  const rated = (poll.type === "scale" && poll.statements) || [];
  let at = 0;
  return [...rated, ...options.filter((option) => !rated.length || option.abstain)].map((option) => {
    const own = rated.length ? `${at + 1}` : poll.type === "scale" ? option.id : LETTERS[at % 26];
    if (!option.abstain) at += 1;
    const text = option.cost ? `${say(option)} · ${euros(option.cost)}` : say(option);
    return { id: option.id, text, letter: option.abstain ? "–" : own, quiet: Boolean(option.abstain) };
  });
}

/** @param {number} amount */
export function euros(amount) {
  const style = { style: "currency", currency: "EUR", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(document.documentElement.lang, /** @type {Intl.NumberFormatOptions} */ (style)).format(amount);
}

/**
 * What a budget has left beside these projects.
 * @param {Poll} poll
 * @param {string[]} ids
 */
export function moneyLeft(poll, ids) {
  const cost = poll.options.reduce((sum, option) => sum + (ids.includes(option.id) ? option.cost ?? 0 : 0), 0);
  return (poll.budget ?? 0) - cost;
}

/** @param {Poll} poll */
export const takesSeveral = ({ type }) => type === "multi" || type === "budget";

/**
 * What a click leaves marked: one option where one is allowed, abstention never beside others, never more than `max`
 * or than the money there is.
 * @param {Poll} poll
 * @param {string[]} before
 * @param {string} id
 */
export function marked(poll, before, id) {
  if (before.includes(id)) return before.filter((each) => each !== id);
  const quiet = poll.options.filter((option) => option.abstain).map((option) => option.id);
  if (!takesSeveral(poll) || quiet.includes(id)) return [id];
  const kept = before.filter((each) => !quiet.includes(each));
  if (kept.length >= poll.max || (poll.type === "budget" && moneyLeft(poll, [...kept, id]) < 0)) return before;
  return poll.options.map((option) => option.id).filter((each) => each === id || kept.includes(each));
}
