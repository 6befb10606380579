/**
 * Which screen is shown. One rule above all: what comes over the network never touches a form somebody is filling
 * in; it is offered instead.
 */
import { choicesOf } from "./choices.js";
import { announce, byId, fill, make, show, word } from "./dom.js";
import { formOf } from "./forms.js";
import { screenFor } from "./hall.js";
import { linesOf } from "./lines.js";
import { fillAgenda, fillNotice, listChosen, say, valuesOf } from "./screens.js";
import { findOwn, visitPoll } from "./visit.js";

/** @import { Poll } from "./types.js" */
/** @import { Form } from "./ballot.js" */
/** @import { Hall } from "./hall.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Drawer, Receipts } from "./store.js" */

const FORMS = ["ballot", "check", "sending"];

export class App {
  card = "";
  screen = ""; // on display
  key = ""; // what it was drawn from
  /** @type {Poll | null} */
  poll = null;
  /** @type {Form | null} */
  form = null;
  /** @type {Outbox | null} */
  outbox = null;

  /**
   * @param {Hall} hall
   * @param {Receipts} receipts
   * @param {Drawer} tab
   */
  constructor(hall, receipts, tab) {
    this.hall = hall;
    this.receipts = receipts;
    this.tab = tab;
  }

  /** Draw what fits now; `byHand`: the person asked, so that a form or another tab may give way. */
  render(byHand = false) {
    if (!this.hall.state) return;
    const { screen, poll } = screenFor(this.hall, this.receipts, this.outbox?.ballot?.poll ?? null);
    const key = [screen, poll?.id, screen === "page" && poll?.state, poll?.result?.status, poll?.result?.hidden].join(" ");
    if (key === this.key && !byHand) return this.refresh();
    if (!byHand && this.isBusy(screen, poll)) return this.offer(screen, poll);
    const isNews = !byHand && this.key;
    this.key = key;
    this.draw(screen, poll);
    if (isNews && screen === "ballot") announce(word("ballot"));
  }

  /**
   * Whether what is on display must stay: a form with something in it, or a page the person chose to read.
   * @param {string} screen
   * @param {Poll | null} poll
   */
  isBusy(screen, poll) {
    if (this.screen === "visit") return true;
    const isSame = poll?.id === this.poll?.id && screen === "ballot";
    const isUntouched = this.screen === "ballot" && !this.form?.chosen.length;
    return FORMS.includes(this.screen) && (isSame || !isUntouched);
  }

  /** The same screen with newer numbers. */
  refresh() {
    if (["closed", "wait"].includes(this.screen)) fill(byId("inhalt"), this.values(this.poll));
    if (this.screen === "wait") fillAgenda(byId("inhalt"), this.hall);
  }

  /**
   * Say that there is something new, beside what must stay.
   * @param {string} screen
   * @param {Poll | null} poll
   */
  offer(screen, poll) {
    const isOwnForm = screen === "ballot" && poll?.id === this.poll?.id && this.screen !== "visit";
    if (isOwnForm || this.screen === "sending" || document.querySelector(".mm-news")) return;
    const text = word(screen === "page" && poll?.result ? "result" : screen) || word("closed");
    byId("app").lastElementChild?.prepend(make("s-news", { text }));
  }

  /** @param {Poll | null} poll */
  values(poll) {
    const own = poll && this.receipts.of(poll.id);
    return { ...valuesOf(this.hall, poll), code: own?.code, wrong: own?.wrong };
  }

  /**
   * @param {string} screen
   * @param {Poll | null} poll
   */
  draw(screen, poll) {
    [this.screen, this.poll, this.form] = [screen, poll, null];
    if (screen === "page") return this.read(poll);
    if (screen === "ballot" && poll) this.fillIn(poll);
    else fillAgenda(show(`s-${screen}`, this.values(poll)), this.hall);
    if (poll && this.outbox?.ballot) listChosen(poll, linesOf(poll, say), this.outbox.ballot.choices);
    this.finish();
  }

  /** What every screen has: the notice, and the card in its forms. */
  finish() {
    fillNotice(this.hall);
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[name=card]"))) {
      field.value = this.card;
    }
  }

  /**
   * A poll as the server's page shows it: counted, ended, used elsewhere.
   * @param {Poll | null} poll
   */
  async read(poll) {
    const main = await visitPoll(poll, this.card);
    if (!main && this.screen === "page") show("s-trouble", { text: word("lost") });
    this.finish();
    const own = poll && this.receipts.of(poll.id);
    if (main && own && poll.state === "published") await findOwn(main, poll.id, own);
  }

  /** @param {Poll} poll */
  fillIn(poll) {
    const draft = JSON.parse(this.tab.getItem(`mm-draft-${poll.id}`) || "[]");
    this.screen = "ballot";
    this.form = new (formOf(poll))(poll, linesOf(poll, say), draft, (chosen) => {
      this.tab.setItem(`mm-draft-${poll.id}`, JSON.stringify(chosen));
      this.screen = "check";
      show("s-check", this.values(poll));
      listChosen(poll, linesOf(poll, say), choicesOf(poll, chosen));
      this.finish();
    });
    this.form.open(this.values(poll));
    this.finish();
  }

  cast() {
    const { poll, form } = this;
    if (!poll || !form) return;
    this.screen = "sending";
    show("s-sending");
    this.outbox?.post(poll, this.card, choicesOf(poll, form.chosen));
  }
}
