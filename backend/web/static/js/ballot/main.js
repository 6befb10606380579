/** The phone ballot: connects the card, the line to the meeting, the outbox and the screens. */
import { App } from "./app.js";
import { byId, on } from "./dom.js";
import { enter } from "./entry.js";
import { Hall } from "./hall.js";
import { Live } from "./live.js";
import { drawer, Outbox } from "./outbox.js";
import { listenToRanking } from "./rank.js";
import { Receipts } from "./receipts.js";
import { Asking } from "./questions.js";
import { Strip } from "./strip.js";

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
  const outbox = new Outbox(phone, live, (answer, ballot) => app.settled(answer, ballot));
  const strip = new Strip(app, outbox, card);
  const asking = new Asking(app, live);
  app.outbox = outbox;

  /** @param {Message} message */
  function hear(message) {
    outbox.hear(message);
    asking.hear(message);
    if (hall.hear(message, Date.now())) app.render();
    if (message.t === "welcome") outbox.send();
    strip.tick();
  }

  on("cast", () => app.cast(card));
  on("resend", () => outbox.send());
  live.start();
  setInterval(() => {
    strip.tick();
    if (outbox.ballot && Date.now() > outbox.nextAt) outbox.send();
  }, 1_000);
}

on("back", () => app.poll && app.fillIn(app.poll));
on("again", () => app.poll && app.fillIn(app.poll));
on("look", () => {
  const { ballot } = app.outbox ?? {};
  const poll = ballot && hall.poll(ballot.poll);
  if (poll) app.list("look", poll, ballot.choices);
});
for (const action of ["news", "unlook", "tab"]) {
  on(action, (target) => {
    document.querySelector(".mm-news")?.remove();
    app.area = target.getAttribute("href")?.slice(1) || (app.screen === "ask" ? "fragen" : "abstimmen");
    app.key = "";
    app.render(true);
  });
}
on("save", (target) => {
  const code = document.querySelector(".mm-track")?.textContent ?? "";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${byId("hall").textContent}\n${code}\n`], { type: "text/plain" }));
  link.download = target.getAttribute("download") ?? "";
  link.click();
});
listenToRanking(() => app.form);
enter(tab, begin);
