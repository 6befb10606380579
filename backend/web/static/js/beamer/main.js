/**
 * The projector: hears the room, fetches its own page again when something happened, counts between.
 * It never speaks for anybody and holds no state beyond the number of the last event.
 */

import { Live } from "../ballot/live.js";
import { Freshness } from "./freshness.js";
import { patch } from "./patch.js";
import { pageText, Refresher } from "./refresher.js";
import { isNews, reveal } from "./reveal.js";
import { showTalk } from "./talk.js";
import { showTurnout, tick } from "./ticks.js";

const LOOK_AGAIN_MS = 60_000; // the address may have ended meanwhile
const REGIONS = ["header", "main", "#mitlesen", "footer", "#nachricht"];

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const freshness = new Freshness(/** @type {HTMLElement} */ (document.getElementById("stand")), Date.now());
let ahead = serverAhead();
let seq = Number(main.dataset.seq);

const refresher = new Refresher({
  load: () => pageText(location.href, () => location.reload()),
  apply: swap,
  status: (works) => works && freshness.heard(Date.now()),
});

const live = new Live({
  meeting: main.dataset.meeting ?? "",
  hello: () => ({ token: decodeURIComponent(location.pathname.split("/").at(-1) ?? ""), since: seq }),
  hear,
  status: (status) => status === "on" && freshness.heard(Date.now()),
});

/** @param {any} message */
function hear(message) {
  if (message.t === "tally") {
    if (message.poll === main.dataset.poll) showTurnout(main, message);
  } else if (message.t === "event") {
    seq = Math.max(seq, message.seq);
    refresher.soon();
  } else if (message.t === "welcome") {
    if (message.state && message.state.seq !== seq) refresher.soon();
    seq = message.seq ?? message.state?.seq ?? seq;
  }
}

/** @param {string} html */
function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const before = { ...main.dataset };
  for (const region of REGIONS) {
    const [old, wanted] = [document.querySelector(region), fresh.querySelector(region)];
    if (old && wanted) patch(old, wanted);
  }
  document.title = fresh.title;
  ahead = serverAhead();
  seq = Math.max(seq, Number(main.dataset.seq));
  if (isNews(before, { ...main.dataset }) && main.dataset.pace !== "once") reveal(main);
  showClocks();
}

function showClocks() {
  tick(document, Date.now() + ahead);
  showTalk(document, Date.now() + ahead);
}

function serverAhead() {
  return Date.parse(main.dataset.now ?? "") - Date.now();
}

setInterval(() => refresher.soon(), LOOK_AGAIN_MS);
setInterval(() => {
  showClocks();
  freshness.check(Date.now());
}, 250);
live.start();
