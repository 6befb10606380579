/** What the kiosk asks the server. Silence and refusals come back as answers; nothing here throws. */
import { padded } from "../../js/ballot/outbox.js";

/** @import { Answer, Cast, Identity } from "./types.js" */

const ANSWER_MS = 8_000;

export class Server {
  /** @type {Identity | null} */
  identity = null;

  /** @param {typeof fetch} [ask] */
  constructor(ask = fetch.bind(globalThis)) {
    this.ask = ask;
  }

  /**
   * @param {string} path
   * @param {object} [body] makes it a POST
   * @param {Record<string, string>} [extra] headers
   * @returns {Promise<Answer>}
   */
  async call(path, body, extra = {}) {
    /** @type {Record<string, string>} */
    const headers = { ...extra };
    if (body) headers["Content-Type"] = "application/json";
    if (this.identity) headers.Authorization = `Bearer ${this.identity.token}`;
    const init = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) };
    try {
      const answer = await this.ask(path, { ...init, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(ANSWER_MS) });
      return { status: answer.status, fields: await answer.json().catch(() => ({})) };
    } catch {
      return { status: 0, fields: {} };
    }
  }

  state() {
    return this.call("/api/v1/kiosk/state");
  }

  /** @param {string} language */
  surroundings(language) {
    return this.call(`/api/v1/kiosk/surroundings?sprache=${language}`);
  }

  /** @param {Cast} cast */
  cast({ id, pad, ...ballot }) {
    return this.call("/api/v1/kiosk/casts", padded(ballot, pad), { "Idempotency-Key": id });
  }

  /** @param {string} hash of the scripts that run here */
  beat(hash) {
    return this.call("/api/v1/kiosk/heartbeat", { app_hash: hash });
  }
}
