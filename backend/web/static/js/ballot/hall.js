/** What the phone knows of the meeting: a state, kept up to date by numbered events and the latest turnout. */

/** @import { Message, Mine, Poll, State } from "./types.js" */

const LIVE = ["open", "closing"];
const SHOWN = ["revealed", "published"];
const COUNTING = ["closed", "counting", "sealed"];

export class Hall {
  constructor() {
    /** @type {State | null} */
    this.state = null;
    /** @type {Mine} */
    this.mine = {};
    this.seq = 0;
    this.card = "none";
    this.ahead = 0; // server's clock minus this phone's, in ms
  }

  /**
   * Take in one message. Returns whether something changed that a screen could show.
   * @param {Message} message
   * @param {number} now
   */
  hear(message, now) {
    if (message.t === "welcome") return this.welcome(message, now);
    if (message.t === "tally") return this.turnout(message);
    if (message.t !== "event" || !this.state || message.seq <= this.seq) return false;
    this.seq = message.seq;
    this.event(message);
    return true;
  }

  /**
   * @param {Message} message
   * @param {number} now
   */
  welcome(message, now) {
    this.card = message.card ?? this.card;
    this.ahead = Date.parse(message.now) - now;
    if (message.state) this.replace(message.state);
    else this.mine = message.mine;
    return true;
  }

  /** @param {State} state */
  replace(state) {
    this.state = state;
    this.seq = state.seq;
    this.mine = state.mine ?? this.mine;
  }

  /** @param {Message} message */
  turnout({ poll: id, t: _, ...used }) {
    const poll = this.poll(id);
    if (poll) Object.assign(poll, used);
    return Boolean(poll);
  }

  /** @param {Message} event */
  event(event) {
    const state = /** @type {State} */ (this.state);
    const { meeting, agenda, polls, questions } = state;
    if (event.kind === "screen") return; // what the wall shows; its `poll` is an id
    if (event.poll) {
      const poll = this.poll(event.poll.id) ?? polls[polls.push(event.poll) - 1];
      Object.assign(poll, event.poll);
      if (event.result) poll.result = event.result;
      const isShown = SHOWN.includes(poll.state);
      if (!isShown && !COUNTING.includes(poll.state)) poll.result = null; // a void poll has none any more
      else if (isShown && event.kind === "poll.confirmed" && poll.result) poll.result.status = "confirmed";
    } else if (event.kind === "agenda") {
      agenda.splice(0, agenda.length, ...event.items);
      meeting.active_item = event.active;
    } else if (event.kind === "meeting") {
      Object.assign(meeting, event);
    } else if (event.kind === "question") {
      const known = questions.findIndex((each) => each.id === event.question.id);
      const seen = event.question.text ? [event.question] : []; // without text: not shown yet, or taken back
      questions.splice(known < 0 ? questions.length : known, known < 0 ? 0 : 1, ...seen);
    } else if (event.lines) {
      state.captions.lines = [...state.captions.lines, ...event.lines].slice(-20);
    } else if (event.kind in state) {
      Object.assign(state, { [event.kind]: event[event.kind] }); // what is told in whole
    }
  }

  /**
   * @param {string} id
   * @returns {Poll | undefined}
   */
  poll(id) {
    return this.state?.polls.find((poll) => poll.id === id);
  }
}

/**
 * Which screen fits, and for which poll. "page": the server's own page says it best.
 * @param {Hall} hall
 * @param {{of: (poll: string) => unknown}} receipts what this phone voted itself
 * @param {string | null} waiting poll of a ballot not yet sent
 * @returns {{screen: string, poll: Poll | null}}
 */
export function screenFor(hall, receipts, waiting) {
  const polls = hall.state?.polls ?? [];
  const unsent = polls.find((poll) => poll.id === waiting);
  if (unsent) return { screen: "outbox", poll: unsent };
  const open = polls.filter((poll) => LIVE.includes(poll.state));
  const next = open.find((poll) => !hall.mine[poll.id]) ?? open.at(-1);
  const last = polls.filter((poll) => poll.opened_at).sort(byOpening).at(-1);
  if (hall.card === "void" || (hall.card === "guest" && !last?.result)) return { screen: "page", poll: null };
  if (next) return { screen: openScreen(hall, receipts, next), poll: next };
  if (!last || isOver(hall, last)) return { screen: "wait", poll: null };
  const isDone = !last.result && (!last.on_paper || hall.mine[last.id]);
  return { screen: isDone && COUNTING.includes(last.state) ? "closed" : "page", poll: last };
}

/**
 * @param {Hall} hall
 * @param {{of: (poll: string) => unknown}} receipts
 * @param {Poll} poll
 */
function openScreen(hall, receipts, poll) {
  const mine = hall.mine[poll.id];
  if (mine) return mine.channel === "phone" && receipts.of(poll.id) ? "arrived" : "page";
  return poll.grade === "open" && poll.channels.includes("phone") ? "ballot" : "page";
}

/**
 * The poll is settled and the hall has moved on to another point of the agenda.
 * @param {Hall} hall
 * @param {Poll} poll
 */
function isOver(hall, poll) {
  const active = hall.state?.meeting.active_item;
  return !COUNTING.includes(poll.state) && Boolean(active && poll.agenda_item) && active !== poll.agenda_item;
}

/**
 * @param {Poll} a
 * @param {Poll} b
 */
function byOpening(a, b) {
  return (a.opened_at ?? "") < (b.opened_at ?? "") ? -1 : 1;
}
