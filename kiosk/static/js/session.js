/** What one person does here: card, question, choice. Lives in memory only, and a new one begins empty. */

/** @import { Poll, State } from "./types.js" */

export class Session {
  card = "";
  typed = "";
  code = "";
  /** @type {Record<string, string>} channel by poll, of this card */
  used = {};
  /** @type {string[]} */
  chosen = [];
  /** @type {Poll | null} */
  poll = null;
  mayRead = false;
}

/** @param {Poll} poll */
export function isOpen(poll) {
  return poll.state === "open" || poll.state === "closing";
}

/** @param {Poll} poll */
export function isForKiosk(poll) {
  return poll.grade !== "secret" && poll.channels.includes("kiosk");
}

/**
 * The screen a card leads to, and its question.
 * @param {State | null} state
 * @param {Record<string, string>} used
 * @returns {["wait" | "ballot" | "elsewhere" | "used", Poll | null]}
 */
export function nextScreen(state, used) {
  const polls = state?.polls ?? [];
  const open = polls.filter(isOpen);
  const fresh = open.filter((poll) => !(poll.id in used));
  const here = fresh.find(isForKiosk);
  if (here) return ["ballot", here];
  if (fresh.length) return ["elsewhere", fresh[0]];
  if (open.length) return ["used", open[open.length - 1]];
  const onPaper = polls.find((poll) => poll.on_paper && poll.state === "closed" && !(poll.id in used));
  return onPaper ? ["elsewhere", onPaper] : ["wait", null];
}

/**
 * @param {State | null} state
 * @param {Poll} poll
 */
export function placeOf(state, poll) {
  const polls = (state?.polls ?? []).filter((each) => !["cancelled", "void"].includes(each.state));
  return { n: polls.findIndex((each) => each.id === poll.id) + 1, total: polls.length };
}
