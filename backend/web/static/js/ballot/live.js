/**
 * The line to the meeting: a WebSocket that comes back, resumes after the last number, and notices silence; plain
 * requests that wait for news where networks block sockets. Waits are random (full jitter): a whole hall that lost
 * its Wi-Fi must not come back in one instant.
 */

import { ask, stateAfter } from "./asking.js";

/** @import { Message } from "./types.js" */

export const QUIET_MS = 4_000; // ask for a sign of life after so much silence
export const STALE_MS = 10_000; // after this the screen says how old it is
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const HOPELESS = 3; // failures in a row before plain requests take over
const ASK_MS = 4_000; // after a request that failed

/**
 * @typedef {object} Wiring
 * @property {string} meeting
 * @property {() => {card?: string, since?: number}} hello what to say when connected
 * @property {(message: Message) => void} hear
 * @property {(status: "on" | "stale" | "off") => void} status
 * @property {typeof WebSocket} [Socket]
 * @property {typeof ask} [ask]
 */

export class Live {
  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
    this.Socket = wiring.Socket ?? WebSocket;
    this.ask = wiring.ask ?? ask;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.failures = 0;
    this.heardAt = 0;
    this.welcomed = false;
    this.asks = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  start() {
    this.beat = setInterval(() => this.check(), 1_000);
    globalThis.addEventListener?.("online", () => this.hurry());
    globalThis.document?.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    this.connect();
  }

  stop() {
    clearInterval(this.beat);
    clearTimeout(this.timer);
    this.socket?.close();
  }

  /** Whether a message would leave at once. */
  get isOpen() {
    return this.welcomed && this.socket?.readyState === 1;
  }

  /**
   * @param {object} message
   * @returns {boolean} whether it left
   */
  send(message) {
    if (!this.isOpen) return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  /** Try now instead of at the end of a wait. */
  hurry() {
    if (this.socket || this.failures === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), Math.random() * FIRST_WAIT_MS);
  }

  connect() {
    const { host, protocol } = globalThis.location;
    const address = `${protocol === "https:" ? "wss" : "ws"}://${host}/live/${this.wiring.meeting}`;
    const socket = new this.Socket(address, "machmit.v1");
    this.socket = socket;
    this.welcomed = false;
    socket.onopen = () => {
      this.heardAt = Date.now();
      socket.send(JSON.stringify({ t: "hello", ...this.wiring.hello() }));
    };
    socket.onmessage = (event) => socket === this.socket && this.hear(JSON.parse(event.data));
    socket.onclose = () => socket === this.socket && this.lost();
  }

  /** @param {Message} message */
  hear(message) {
    this.heardAt = Date.now();
    if (message.t === "welcome") {
      this.welcomed = true;
      this.failures = 0;
    }
    this.wiring.status("on");
    if (message.t !== "pong") this.wiring.hear(message);
  }

  lost() {
    this.socket = null;
    this.welcomed = false;
    this.failures += 1;
    if (this.failures >= HOPELESS) this.askState();
    else this.wiring.status("off");
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.timer = setTimeout(() => this.connect(), Math.random() * longest);
  }

  /** Once a second: ask for a sign of life, give up on a silent line, ask by plain request. */
  check() {
    const silence = Date.now() - this.heardAt;
    if (this.isOpen && silence > STALE_MS) {
      this.wiring.status("stale");
      const socket = this.socket;
      this.lost();
      socket?.close();
    } else if (this.isOpen && silence > QUIET_MS) {
      this.send({ t: "ping" });
    } else if (this.failures >= HOPELESS && silence > ASK_MS) {
      this.askState();
    }
  }

  async askState() {
    if (this.asks) return;
    this.asks = true;
    try {
      const { now, state } = await stateAfter(this.ask, this.wiring.meeting, this.wiring.hello().since);
      this.wiring.status("on");
      if (!state.unchanged) this.wiring.hear({ t: "welcome", now, state });
    } catch {
      this.heardAt = Date.now();
      this.wiring.status("off");
    }
    this.asks = false;
  }
}
