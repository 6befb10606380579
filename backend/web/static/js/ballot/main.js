/** The phone ballot: connects the card, the line to the meeting, the outbox and the screens. */
import { App } from "./app.js";
import { byId, on } from "./dom.js";
import { enter } from "./entry.js";
import { Hall } from "./hall.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";
import { settle } from "./outcome.js";
import { listenToRanking } from "./rank.js";
import { drawer, Receipts } from "./store.js";
import { Strip } from "./strip.js";
import { listenToForms, updateVotes, visit } from "./visit.js";

/** @import { Message } from "./types.js" */

const tab = drawer(() => sessionStorage);
const phone = drawer(() => localStorage);
const hall = new Hall();
const app = new App(hall, new Receipts(phone), tab);

/**
 * @param {string} card
 * @param {string} meeting
 */
function begin(card, meeting) {
  const hello = () => (hall.state ? { card, since: hall.seq } : { card });
  const live = new Live({ meeting, hello, hear, status: (status) => strip.status(status) });
  const outbox = new Outbox(phone, live, (answer, ballot) => settle(app, answer, ballot));
  const strip = new Strip(app, outbox);
  [app.card, app.receipts.card, app.outbox] = [card, card, outbox];

  /** @param {Message} message */
  function hear(message) {
    outbox.hear(message);
    if (hall.hear(message, Date.now())) app.render();
    if (message.question) updateVotes(message.question);
    if (message.t === "welcome") outbox.send();
    strip.tick();
  }

  on("resend", () => outbox.send());
  listenToForms(async (path, fields) => {
    if (path === "/s") return app.render(true);
    app.screen = "visit";
    await visit(path, fields);
    app.finish();
  });
  live.start();
  more();
  setInterval(() => {
    strip.tick();
    if (outbox.ballot && Date.now() > outbox.nextAt) outbox.send();
  }, 1_000);
}

/** Fetch what nobody needs to vote (../hall.js); it watches `hall`. */
function more() {
  const script = document.createElement("script");
  script.type = "module";
  script.src = import.meta.url.replace(/ballot.*/, "hall.js");
  document.head.append(Object.assign(globalThis, { hall }) && script);
}

on("cast", () => app.cast());
on("back", () => app.poll && app.fillIn(app.poll));
on("again", () => app.poll && app.fillIn(app.poll));
on("news", () => app.render(true));
on("save", () => {
  const text = `${byId("hall").textContent}\n${document.querySelector(".mm-track")?.textContent}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = "pruefnummer.txt";
  link.click();
});
listenToRanking(() => app.form);
enter(tab, begin);
