/** The running kiosk: which screen is shown, for whom, and how everything of a person is cleared. */
import { announce, byId, make, show, word } from "../../js/ballot/dom.js";
import { press, speakLanguage, toggleContrast, toggleSize } from "./aids.js";
import { Idle } from "./idle.js";
import { fillNotice } from "./notice.js";
import { Reader } from "./reader.js";
import { Session } from "./session.js";

/** @import { State, Surroundings } from "./types.js" */
/** @import { Queue } from "./queue.js" */
/** @import { Server } from "./server.js" */
/** @import { Values } from "../../js/ballot/dom.js" */
/** @typedef {() => void | (() => void)} Draw draws a screen; returns what to do when it is left */

const ASIDE = ["help", "languages"];
const SETUP = ["", "enrol", "pending", "revoked", "insecure"];
const HOME = "de";

export class Kiosk {
  session = new Session();
  idle = new Idle();
  reader = new Reader();
  /** @type {State | null} */
  state = null;
  /** @type {Surroundings | null} */
  around = null;
  screen = "";
  before = "";
  /** @type {Record<string, Draw>} */
  screens = {};
  /** @type {void | (() => void)} */
  leaving = undefined;
  /** Called when every sentence was exchanged. */
  spoken = () => {};

  /**
   * @param {Server} server
   * @param {Queue} queue
   */
  constructor(server, queue) {
    this.server = server;
    this.queue = queue;
  }

  get isInUse() {
    return this.screen !== "start" && !SETUP.includes(this.screen);
  }

  /** @param {string} screen */
  go(screen, isDone = false) {
    this.leaving?.();
    this.leaving = undefined;
    this.reader.hush();
    if (ASIDE.includes(screen) && !ASIDE.includes(this.screen)) this.before = this.screen;
    this.screen = screen;
    byId("veil").replaceChildren();
    this.idle.begin(Date.now(), isDone);
    const draw = this.screens[screen];
    this.leaving = draw ? draw() : this.show(screen);
    byId("inhalt").scrollTop = 0;
    fillNotice(this.state);
    if (this.reader.isOn) this.read();
  }

  /**
   * Put a screen's template up.
   * @param {string} screen
   * @param {Values} [values]
   * @returns {void}
   */
  show(screen, values = {}) {
    show(`s-${screen}`, values);
  }

  resume() {
    this.go(this.before || "start");
  }

  /** @param {string} code */
  async speak(code) {
    if (!(await speakLanguage(code))) return announce(word("lost"));
    press("read", this.reader.isOn);
    this.spoken();
    this.go(ASIDE.includes(this.screen) ? this.before : this.screen, this.idle.isDone);
    if (SETUP.includes(this.screen)) return;
    await this.learn();
  }

  /** Fetch what stands around the screens in the language they are in. */
  async learn() {
    const { status, fields } = await this.server.surroundings(byId("app").dataset.lang ?? HOME);
    if (status !== 200) return;
    this.know(fields);
  }

  /** @param {Surroundings} around */
  know(around) {
    this.around = around;
    this.reader.clips = around.clips;
    byId("org").textContent = ` · ${around.org}`;
    byId("place").textContent = around.place;
  }

  read(mayBePrivate = false) {
    this.reader.read([byId("inhalt"), /** @type {Element} */ (byId("app").lastElementChild)], mayBePrivate);
  }

  toggleReading() {
    if (!this.reader.canSpeak) return announce(byId("said").textContent = word("mute"));
    this.reader.isOn = !this.reader.isOn;
    press("read", this.reader.isOn);
    if (this.reader.isOn) this.read();
    else this.reader.hush();
  }

  /** Forget the person: choices, card, codes, language, contrast, size, sound, scroll position. */
  async clear() {
    this.session = new Session();
    this.before = "";
    this.reader.isOn = false;
    this.reader.hush();
    press("read", false);
    toggleContrast(false);
    toggleSize(false);
    const isForeign = byId("app").dataset.lang !== HOME;
    this.go("start");
    announce(word("cleared"));
    if (isForeign) await this.speak(HOME);
  }

  /** Once a second: ask who is silent, clear who has gone, count down where a screen clears itself. */
  tick() {
    if (!this.isInUse) return;
    const now = Date.now();
    const verdict = this.idle.tick(now, this.reader.isSpeaking);
    if (verdict === "clear") return this.clear();
    const veil = byId("veil");
    if (verdict === "ask" && !veil.childElementCount) {
      veil.replaceChildren(make("v-idle"));
      veil.querySelector("button")?.focus();
    }
    const seconds = Math.ceil(this.idle.left(now) / 1_000);
    const place = document.querySelector("[data-seconds]");
    if (place) place.textContent = String(seconds);
    document.querySelector("[data-ring]")?.setAttribute("stroke-dasharray", `${seconds * (this.idle.isDone ? 100 / 45 : 5)} 100`);
  }
}
