/** The line to the server: the state every few seconds, a sign of life every minute, and what waits. */
import { byId, make } from "../../js/ballot/dom.js";

/** @import { Kiosk } from "./kiosk.js" */
/** @import { Setup } from "./setup.js" */
/** @import { Voting } from "./voting.js" */

const STATE_MS = 3_000;
const BEAT_MS = 60_000;

export class Line {
  nextStateAt = 0;
  nextBeatAt = 0;
  isBusy = false;
  /** @type {boolean | null} */
  isUp = null;

  /**
   * @param {Kiosk} kiosk
   * @param {Setup} setup
   * @param {Voting} voting
   */
  constructor(kiosk, setup, voting) {
    this.kiosk = kiosk;
    this.setup = setup;
    this.voting = voting;
  }

  /** @param {number} now */
  async tick(now) {
    if (!this.kiosk.server.identity || this.isBusy || now < this.nextStateAt) return;
    this.isBusy = true;
    const { status, fields } = await this.kiosk.server.state();
    if (status === 200) await this.hear(fields);
    else if (status === 401) await this.lost();
    this.mark(status > 0 && status < 500);
    if (this.kiosk.state && status === 200) {
      await this.kiosk.queue.flush(now);
      await this.beat(now);
    }
    this.nextStateAt = Date.now() + STATE_MS;
    this.isBusy = false;
  }

  /** @param {any} fields */
  async hear(fields) {
    const { kiosk } = this;
    if (fields.kiosk.state !== "active") {
      if (kiosk.screen !== "pending") kiosk.go("pending");
      return;
    }
    const before = JSON.stringify([kiosk.state?.meeting.title]);
    kiosk.state = fields.meeting;
    const isNew = ["", "pending", "enrol"].includes(kiosk.screen);
    if (isNew || !kiosk.around) await kiosk.learn();
    if (isNew || (kiosk.screen === "start" && before !== JSON.stringify([kiosk.state?.meeting.title]))) kiosk.go("start");
    this.voting.follow();
  }

  /** The server no longer knows this device. */
  async lost() {
    if (this.setup.isDemo && !this.kiosk.queue.waiting) return this.setup.forget();
    if (this.kiosk.screen !== "revoked") this.kiosk.go("revoked");
  }

  /** @param {number} now */
  async beat(now) {
    if (now < this.nextBeatAt) return;
    this.nextBeatAt = now + BEAT_MS;
    await this.kiosk.server.beat(new URL(import.meta.url).pathname.split("/")[2]);
  }

  /** @param {boolean} isUp */
  mark(isUp) {
    if (isUp === this.isUp && byId("net").childElementCount) return;
    this.isUp = isUp;
    byId("net").replaceChildren(make(isUp ? "n-on" : "n-off"));
    byId("banner").replaceChildren(...(isUp ? [] : [make("b-offline")]));
  }
}
