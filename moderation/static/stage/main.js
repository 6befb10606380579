/**
 * The stage console, live: it hears the room, fetches its own page again when something happened, and changes only
 * what is different – the focus, open folds and half-written text stay where they are.
 */

import { Live } from "../../js/ballot/live.js";
import { patch } from "../../js/beamer/patch.js";
import { pageText, Refresher } from "../../js/beamer/refresher.js";
import { bare, send } from "./forms.js";
import { listen } from "./keys.js";
import { isDue, showHeard, tick } from "./times.js";
import { showTurnout } from "./turnout.js";

const LOOK_AGAIN_MS = 10_000; // plan, devices and stacks of paper change without an event
const OWN_MS = 1_500; // what changes so soon after an own click is not news

const main = /** @type {HTMLElement} */ (document.querySelector("main.mm-stage"));
const changed = /** @type {HTMLElement} */ (document.getElementById("geaendert"));
const offline = /** @type {HTMLElement} */ (document.getElementById("getrennt"));
const keys = /** @type {HTMLElement} */ (document.getElementById("tasten"));
let seq = Number(main.dataset.seq);
let ahead = serverAhead();
let ownUntil = 0;
let deedChangedAt = 0;
let askedFor = "";
let heardAt = Date.now();

const refresher = new Refresher({
  load: () => pageText(bare(location.href)),
  apply: (html) => void apply(html),
  status: (works) => { if (works) offline.hidden = true; },
});

const live = new Live({
  meeting: main.dataset.meeting ?? "",
  hello: () => ({ token: main.dataset.token, since: seq }),
  hear,
  status: (status) => {
    offline.hidden = status === "on";
    if (status === "on") heardAt = Date.now();
  },
});

send({
  apply: (html, address) => {
    const isOurs = apply(html, true);
    if (isOurs) history.replaceState(history.state, "", bare(address));
    return isOurs;
  },
  busy: (isBusy) => {
    ownUntil = isBusy ? Infinity : Date.now() + OWN_MS;
    main.setAttribute("aria-busy", String(isBusy));
  },
  lost: () => { offline.hidden = false; },
  changedAt: () => deedChangedAt,
});

/** @param {any} message */
function hear(message) {
  if (message.t === "tally") {
    if (message.poll === main.dataset.poll) showTurnout(main, message);
  } else if (message.t === "event") {
    if (message.seq > seq) refresher.soon();
    seq = Math.max(seq, message.seq);
  } else if (message.t === "welcome") {
    const newest = message.seq ?? message.state?.seq ?? seq;
    if (newest !== seq) refresher.soon();
    seq = newest;
  }
}

/**
 * @param {string} html
 * @param {boolean} [isOwn] it answers an own click and brings its messages
 * @returns {boolean} whether it was the console
 */
function apply(html, isOwn = false) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const wanted = fresh.querySelector("main.mm-stage");
  if (!wanted) return false;
  const [said, deed, focused] = [sentence(), currentDeed(), document.activeElement];
  patch(main, wanted);
  for (const region of ["header.mm-header", ...(isOwn ? ["#meldungen"] : [])]) {
    const [old, next] = [document.querySelector(region), fresh.querySelector(region)];
    if (old && next) patch(old, next);
  }
  if (deed !== currentDeed()) deedChangedAt = Date.now();
  if (!isOwn && said !== sentence() && Date.now() > ownUntil) tell(sentence());
  if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) {
    focused.focus({ preventScroll: true });
  }
  seq = Math.max(seq, Number(main.dataset.seq));
  ahead = serverAhead();
  tick(document, Date.now() + ahead);
  return true;
}

function sentence() {
  return document.getElementById("gesagt")?.textContent?.trim() ?? "";
}

function currentDeed() {
  return /** @type {HTMLElement | null} */ (main.querySelector("[data-deed]"))?.dataset.deed ?? "";
}

/** @param {string} what */
function tell(what) {
  const words = changed.querySelector("p");
  if (words) words.textContent = what;
  changed.hidden = false;
}

function serverAhead() {
  return Date.parse(main.dataset.now ?? "") - Date.now();
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-do="seen"]') : null;
  if (!button) return;
  event.preventDefault();
  const strip = /** @type {HTMLElement | null} */ (button.closest(".mm-change"));
  if (strip?.hasAttribute("data-kept")) strip.hidden = true;
  else strip?.remove();
});
setInterval(() => {
  const now = Date.now() + ahead;
  tick(document, now);
  showHeard(document, Date.now() - heardAt);
  const moment = isDue(main, now, askedFor);
  if (moment) {
    askedFor = moment;
    refresher.soon();
  }
}, 250);
setInterval(() => refresher.soon(), LOOK_AGAIN_MS);
keys.hidden = false;
listen(/** @type {HTMLInputElement} */ (document.getElementById("kuerzel")));
tick(document, Date.now() + ahead);
live.start();
