/**
 * Ballots on their way. Each is kept before it is sent and repeated with its own request key until the server has
 * said yes or no, so it counts once. A full queue takes no new ballot; nothing is ever dropped to make room.
 */

/** @import { Answer, Cast, Shelf } from "./types.js" */

export const LIMIT = 1_000; // more than a hall votes while a line is repaired
const WAITS_MS = [2_000, 5_000, 15_000, 30_000];

export class QueueFull extends Error {}

/**
 * Whether an answer settles a ballot: taken, or refused for good. Anything else means "not known yet".
 * @param {Answer} answer
 */
export function isFinal({ status, fields }) {
  if (status < 200 || status >= 500) return false;
  return ![401, 408, 429].includes(status) && fields?.code !== "forbidden";
}

/**
 * @template T
 * @param {T[]} list
 * @returns {T[]} in an order that tells nothing about who came first
 */
export function shuffled(list) {
  return list.map((each) => ({ each, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ each }) => each);
}

export class Queue {
  waiting = 0;
  nextAt = 0;
  tries = 0;
  isBusy = false;

  /**
   * @param {Shelf} shelf
   * @param {(cast: Cast) => Promise<Answer>} send
   */
  constructor(shelf, send) {
    this.shelf = shelf;
    this.send = send;
  }

  get isFull() {
    return this.waiting >= LIMIT;
  }

  async count() {
    this.waiting = (await this.shelf.all()).length;
    return this.waiting;
  }

  /**
   * Keep a ballot. Throws QueueFull, or whatever the disk says; then the person has not voted.
   * @param {Cast} cast
   */
  async add(cast) {
    if ((await this.count()) >= LIMIT) throw new QueueFull();
    await this.shelf.put(cast);
    this.waiting += 1;
  }

  /**
   * Whether this card's ballot on this question already waits here.
   * @param {string} poll
   * @param {string} card
   */
  async holds(poll, card) {
    return (await this.shelf.all()).some((each) => each.poll === poll && each.card === card);
  }

  /**
   * Try once.
   * @param {Cast} cast
   */
  async deliver(cast) {
    const answer = await this.send(cast);
    if (isFinal(answer)) {
      await this.shelf.remove(cast.id);
      await this.count();
    }
    return answer;
  }

  /**
   * Try everything that waits; the first silence ends the round.
   * @param {number} now
   */
  async flush(now) {
    if (this.isBusy || !this.waiting || now < this.nextAt) return;
    this.isBusy = true;
    let isSilent = false;
    for (const cast of shuffled(await this.shelf.all())) {
      const answer = await this.deliver(cast);
      isSilent = answer.status === 0 || answer.status >= 500;
      if (isSilent) break;
    }
    this.tries = isSilent ? this.tries + 1 : 0;
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)];
    this.nextAt = now + wait * (0.5 + Math.random() / 2);
    this.isBusy = false;
  }
}
