/** The strip under the heading: connection left, card right; and every clock on the screen. */
import { byId, make, word } from "./dom.js";
import { say, timeLeft } from "./screens.js";

/** @import { App } from "./app.js" */
/** @import { Outbox } from "./outbox.js" */

export class Strip {
  /**
   * @param {App} app
   * @param {Outbox} outbox
   */
  constructor(app, outbox) {
    this.app = app;
    this.outbox = outbox;
    this.now = "";
    this.heardAt = new Date();
  }

  /** @param {"on" | "stale" | "off"} status */
  status(status) {
    if (status === "on") this.heardAt = new Date();
    if (status === this.now) return;
    this.now = status;
    const language = document.documentElement.lang;
    const time = this.heardAt.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    const net = byId("net");
    net.classList.toggle("mm-net--stale", status !== "on");
    const name = status === "off" && this.outbox.ballot ? "off" : status === "on" ? "on" : "stale";
    net.firstElementChild?.replaceWith(make(`n-${name}`, { time }));
    this.hint();
  }

  /** "This also works offline", while it matters. */
  hint() {
    const hint = document.querySelector("[data-hint]");
    if (hint && (this.now !== "on") !== (hint.textContent === word("offline"))) {
      hint.textContent = this.now === "on" ? "" : word("offline");
    }
  }

  tick() {
    const { hall, poll, screen } = this.app;
    const meeting = hall.state?.meeting;
    if (meeting) {
      const on = new Date(meeting.starts_at).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
      byId("hall").textContent = say(meeting.title);
      byId("hall-sub").textContent = `${meeting.org_name} · ${on}`;
    }
    byId("who").textContent = this.who();
    const left = timeLeft(hall.poll(poll?.id ?? "") ?? null, Date.now() + hall.ahead);
    for (const clock of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-timer]"))) {
      clock.hidden = !left;
      const text = clock.querySelector("[data-left]");
      if (text) text.textContent = this.now === "on" ? left : word("about", { time: left });
    }
    const wait = document.querySelector("[data-wait]");
    const s = Math.ceil((this.outbox.nextAt - Date.now()) / 1_000);
    if (wait) wait.textContent = this.outbox.busy || s < 1 ? word("trying") : word("again", { s });
    if (screen === "ballot" && !document.querySelector("[data-hint]")?.textContent) this.hint();
  }

  who() {
    const { hall, poll, screen } = this.app;
    if (this.outbox.ballot && this.now !== "on") return word("waiting");
    if (screen === "arrived" && poll) return word("sent", { n: (hall.state?.polls.indexOf(poll) ?? 0) + 1 });
    if (hall.card === "guest") return word("guest");
    const { card } = this.app;
    const end = `${card.slice(-4, -1)}-${card.slice(-1)}`;
    return this.now === "on" ? word("card", { end }) : `…${end}`;
  }
}
