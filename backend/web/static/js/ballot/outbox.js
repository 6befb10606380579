/**
 * A ballot on its way: kept on the phone until the server has answered, repeated with the same key, so that it
 * counts exactly once. A time-out means "unknown", never "failed".
 */
import { commitment, randomHex, trackingCode } from "./codes.js";
import { ask } from "./asking.js";

/** @import { Message, Poll } from "./types.js" */
/** @import { Live } from "./live.js" */
/** @import { Choices } from "./codes.js" */
/** @typedef {{poll: string, card: string, choices: Choices, nonce: string, id: string, pad: number}} Ballot */
/** @import { Drawer } from "./store.js" */

export const ANSWER_MS = 8_000;
const WAITS_MS = [4_000, 8_000, 15_000];
const PASSING = ["unavailable", "too_many_attempts", "too_many_frames", "unknown"];

/**
 * Bring a message to the poll's size: TLS would show `["yes"]` and `["abstain"]` as different lengths.
 * @param {object} message
 * @param {number} size
 */
export function padded(message, size) {
  const bare = new TextEncoder().encode(JSON.stringify({ ...message, pad: "" })).length;
  return { ...message, pad: ".".repeat((size - (bare % size)) % size) };
}

export class Outbox {
  /**
   * @param {Drawer} store
   * @param {Live} live
   * @param {(answer: Message, ballot: Ballot) => void} settled
   * @param {typeof ask} [request]
   */
  constructor(store, live, settled, request = ask) {
    this.store = store;
    this.live = live;
    this.settled = settled;
    this.ask = request;
    this.tries = 0;
    this.nextAt = 0;
    this.busy = false;
    /** @type {((answer: Message) => void) | null} */
    this.answer = null;
  }

  /** @returns {Ballot | null} */
  get ballot() {
    return JSON.parse(this.store.getItem("mm-outbox") || "null");
  }

  /**
   * Keep a ballot, then send it.
   * @param {Poll} poll
   * @param {string} card
   * @param {Choices} choices
   */
  post(poll, card, choices) {
    const ballot = { poll: poll.id, card, choices, nonce: randomHex(32), id: randomHex(16), pad: poll.pad_bytes };
    this.store.setItem("mm-outbox", JSON.stringify(ballot));
    this.tries = 0;
    return this.send();
  }

  /** Send what is kept, over the socket or else by request; every try carries the same key. */
  async send() {
    const { ballot } = this;
    if (!ballot || this.busy) return;
    this.busy = true;
    const message = await (this.live.isOpen ? this.overSocket(ballot) : this.byRequest(ballot));
    this.busy = false;
    if (message.t === "error" && PASSING.includes(message.code ?? "")) {
      this.nextAt = Date.now() + WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)] * (0.5 + Math.random() / 2);
      this.tries += 1;
      this.settled(message, ballot);
      return;
    }
    this.store.removeItem("mm-outbox");
    this.settled(message, ballot);
  }

  /**
   * An answer came over the socket.
   * @param {Message} message
   */
  hear(message) {
    if (message.id && message.id === this.ballot?.id) this.answer?.(message);
  }

  /**
   * @param {Ballot} ballot
   * @returns {Promise<Message>}
   */
  overSocket({ pad, ...ballot }) {
    return new Promise((resolve) => {
      this.answer = resolve;
      setTimeout(resolve, ANSWER_MS, { t: "error", code: "unknown" });
      this.live.send(padded({ t: "cast", ...ballot }, pad));
    });
  }

  /**
   * @param {Ballot} ballot
   * @returns {Promise<Message>}
   */
  async byRequest({ pad, poll, id, ...ballot }) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": id };
    const body = JSON.stringify(padded(ballot, pad));
    try {
      const answer = await this.ask(`/api/v1/polls/${poll}/ballots`, { method: "POST", headers, body });
      const fields = await answer.json();
      return { ...fields, t: answer.ok ? "ack" : "error", code: answer.status < 500 ? fields.code : "unknown" };
    } catch {
      return { t: "error", code: "unknown" };
    }
  }
}

/**
 * What this phone keeps of an acknowledged ballot, by its own arithmetic. `wrong`: the server's answer is about
 * something else than what was sent.
 * @param {Message} answer
 * @param {Ballot} ballot
 */
export function ownReceipt(answer, ballot) {
  const own = commitment(ballot.poll, ballot.nonce, ballot.choices);
  const code = trackingCode(own);
  const wrong = answer.ballot?.commitment !== own || answer.ballot?.tracking_code !== code;
  return { commitment: own, code, wrong };
}
