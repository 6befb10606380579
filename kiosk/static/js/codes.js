/** Screens with a code to type, and the camera: card, receipt, code of the office. */
import { byId, word } from "../../js/ballot/dom.js";
import { LENGTH } from "../../js/ballot/codes.js";
import { watch } from "./camera.js";
import { complain, drawCode, pressed } from "./keypad.js";
import { Wedge } from "./wedge.js";

/** @import { Kiosk } from "./kiosk.js" */

/** Characters per screen. */
export const LENGTHS = /** @type {Record<string, number>} */ ({ enrol: 8, type: LENGTH, receipt: 17 });

export class Codes {
  wedge = new Wedge();

  /**
   * @param {Kiosk} kiosk
   * @param {Record<string, (text: string) => void>} takers by screen
   */
  constructor(kiosk, takers) {
    this.kiosk = kiosk;
    this.takers = takers;
    for (const screen of Object.keys(LENGTHS)) kiosk.screens[screen] = () => this.draw(screen);
    kiosk.screens.card = () => this.look();
    document.addEventListener("keydown", (event) => this.hear(event));
  }

  /** @param {string} screen */
  draw(screen) {
    const { session } = this.kiosk;
    this.kiosk.show(screen);
    drawCode(session.typed, LENGTHS[screen]);
    return () => { session.typed = ""; };
  }

  /** @param {string} key */
  press(key) {
    const { session, screen } = this.kiosk;
    const length = LENGTHS[screen];
    if (!length) return;
    session.typed = pressed(session.typed, key, length);
    complain("");
    drawCode(session.typed, length);
  }

  /** Hand over what was typed. */
  submit() {
    this.takers[this.kiosk.screen]?.(this.kiosk.session.typed);
  }

  /** @param {KeyboardEvent} event */
  hear(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || byId("veil").childElementCount) return;
    const scanned = this.wedge.hear(event.key, event.timeStamp);
    const take = this.takers[this.kiosk.screen];
    if (!take) return;
    if (scanned) {
      event.preventDefault();
      return take(scanned);
    }
    const isOnButton = event.target instanceof HTMLButtonElement;
    if (event.key === "Enter" && !isOnButton) return this.submit();
    if (event.key.length === 1 ? event.key !== " " : ["Backspace", "Delete"].includes(event.key)) this.press(event.key);
  }

  /** Look for a card with the camera. */
  look() {
    this.kiosk.show("card");
    const video = document.querySelector("[data-camera] video");
    const place = document.querySelector("[data-cam]");
    let isLeft = false;
    /** @type {() => void} */
    let stop = () => undefined;
    /** @param {string} key */
    function tell(key) {
      if (place) place.textContent = word(key);
      document.querySelector("[data-camera]")?.classList.toggle("is-dark", key === "no_camera");
    }
    if (!(video instanceof HTMLVideoElement) || !navigator.mediaDevices) tell("no_camera");
    else {
      watch(video, (text) => {
        tell("found");
        this.takers.card(text);
      }).then((end) => {
        stop = end;
        if (isLeft) end();
        else tell("aim");
      }, () => tell("no_camera"));
    }
    return () => {
      isLeft = true;
      stop();
    };
  }
}
