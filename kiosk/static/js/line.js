/** The line to the server: the state every few seconds, a sign of life every minute, and what waits. */
import { byId, make } from "../../js/ballot/dom.js";
import { keepPicture, readPicture } from "./database.js";

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
   * @param {IDBDatabase} database
   */
  constructor(kiosk, setup, voting, database) {
    this.database = database;
    this.kiosk = kiosk;
    this.setup = setup;
    this.voting = voting;
    this.kept = "";
    kiosk.spoken = () => {
      const isUp = this.isUp;
      this.isUp = null;
      if (isUp !== null) this.mark(isUp);
    };
  }

  /** @param {number} now */
  async tick(now) {
    if (!this.kiosk.server.identity || this.isBusy || now < this.nextStateAt) return;
    this.isBusy = true;
    const { status, fields } = await this.kiosk.server.state();
    if (status === 200) await this.hear(fields);
    else if (status === 401) await this.lost();
    else if (!this.kiosk.screen) await this.remember();
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
    await this.keep();
  }

  /** Keep what everybody may know, so that a kiosk that restarts without a network still works. */
  async keep() {
    const { state, around } = this.kiosk;
    const picture = JSON.stringify({ state, around });
    if (picture === this.kept) return;
    this.kept = picture;
    await keepPicture(this.database, picture);
  }

  /** Started without a network: go on with what was known last. */
  async remember() {
    const picture = await readPicture(this.database);
    if (!picture) return;
    const { state, around } = JSON.parse(picture);
    this.kiosk.state = state;
    if (around) this.kiosk.know(around);
    this.kiosk.go("start");
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
