/**
 * Which screen is shown. One rule above all: what comes over the network never touches a form somebody is filling
 * in; it is offered instead.
 */
import { choicesOf, Form, linesOf } from "./ballot.js";
import { announce, byId, fill, make, show, word } from "./dom.js";
import { screenFor } from "./hall.js";
import { isOwn } from "./outbox.js";
import { RankForm } from "./rank.js";
import { fillResult, findOwn } from "./result.js";
import { fillAgenda, fillNotice, fillQuestions, say, valuesOf } from "./screens.js";

/** @import { Message, Poll } from "./types.js" */
/** @import { Hall } from "./hall.js" */
/** @import { Ballot, Drawer, Outbox } from "./outbox.js" */
/** @import { Receipts } from "./receipts.js" */

const FORMS = ["ballot", "check", "look", "ask", "sending"];

export class App {
  /**
   * @param {Hall} hall
   * @param {Receipts} receipts
   * @param {Drawer} tab
   */
  constructor(hall, receipts, tab) {
    this.hall = hall;
    this.receipts = receipts;
    this.tab = tab;
    this.area = "abstimmen";
    this.screen = ""; // on display
    this.key = ""; // screen with what it was drawn from
    /** @type {Poll | null} */
    this.poll = null;
    /** @type {Form | null} */
    this.form = null;
    /** @type {Outbox | null} */
    this.outbox = null;
    /** @type {string[]} */
    this.supported = JSON.parse(tab.getItem("mm-supported") || "[]");
    this.own = "";
  }

  /** Draw what fits now; `byHand`: the person asked, so that a form may give way. */
  render(byHand = false) {
    if (!this.hall.state) return;
    const { screen, poll } = screenFor(this.hall, this.receipts, this.outbox?.ballot?.poll ?? null);
    const key = [screen, poll?.id, screen === "result" && poll?.state, poll?.result?.status].join(" ");
    if (this.area !== "abstimmen" && !byHand) return this.beside(screen, key);
    if (this.area !== "abstimmen") return this.open(this.area);
    if (key === this.key) return this.refresh();
    if (!byHand && this.isBusy(poll)) return this.offer(screen, poll);
    this.key = key;
    this.show(screen, poll);
    if (!byHand && screen === "ballot") announce(word("opened"));
  }

  /** @param {Poll | null} poll */
  isBusy(poll) {
    if (!FORMS.includes(this.screen)) return false;
    const isUntouched = this.screen === "ballot" && !this.form?.chosen.length;
    return !(isUntouched && poll?.id !== this.poll?.id) && !(isUntouched && poll?.state !== "open");
  }

  /** The same screen with newer numbers. */
  refresh() {
    if (["closed", "result"].includes(this.screen)) fill(byId("inhalt"), this.values(this.poll));
  }

  /**
   * News while the person reads another tab.
   * @param {string} screen
   * @param {string} key
   */
  beside(screen, key) {
    if (this.screen === "fragen") fillQuestions(byId("inhalt"), this.hall, this.supported);
    if (key !== this.key && ["ballot", "result"].includes(screen)) this.offer(screen, null);
  }

  /**
   * @param {string} screen
   * @param {Poll | null} poll
   */
  offer(screen, poll) {
    const isSame = screen === "ballot" && poll?.id === this.poll?.id;
    if (isSame || this.screen === "sending" || document.querySelector(".mm-news")) return;
    const text = word(screen === "ballot" ? "opened" : screen === "result" ? "revealed" : "closed");
    byId("app").lastElementChild?.before(make("s-news", { text }));
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
  show(screen, poll) {
    this.screen = screen;
    this.poll = poll;
    this.form = null;
    if (screen === "ballot" && poll) this.fillIn(poll);
    else if (screen === "used") show(`s-used-${this.hall.mine[poll?.id ?? ""]?.channel}`, this.values(poll));
    else this.read(show(`s-${screen}`, this.values(poll)), screen, poll);
    fillNotice(this.hall);
  }

  /**
   * @param {HTMLElement} main
   * @param {string} screen
   * @param {Poll | null} poll
   */
  read(main, screen, poll) {
    fillAgenda(main, this.hall);
    if (screen !== "result" || !poll) return;
    fillResult(main, poll, linesOf(poll, say));
    const own = this.receipts.of(poll.id);
    if (own && poll.state === "published") findOwn(main, poll, own);
  }

  /**
   * A tab beside "Abstimmen".
   * @param {string} area
   */
  open(area) {
    this.screen = area;
    const { questions = [] } = this.hall.state ?? {};
    const may = ["valid", "guest"].includes(this.hall.card);
    const main = show(`s-${area}`, { may, some: questions.length, none: !questions.length, own: this.own });
    if (area === "fragen") fillQuestions(main, this.hall, this.supported);
    fillAgenda(main, this.hall);
    fillNotice(this.hall);
  }

  /** @param {Poll} poll */
  fillIn(poll) {
    const draft = JSON.parse(this.tab.getItem(`mm-draft-${poll.id}`) || "[]");
    const kind = poll.type === "ranking" ? RankForm : Form;
    this.screen = "ballot";
    this.form = new kind(poll, linesOf(poll, say), draft, (chosen) => {
      this.tab.setItem(`mm-draft-${poll.id}`, JSON.stringify(chosen));
      this.list("check", poll, chosen);
    });
    this.form.open(this.values(poll));
  }

  /**
   * What was chosen, in words.
   * @param {string} screen
   * @param {Poll} poll
   * @param {(string | number)[]} chosen
   */
  list(screen, poll, chosen) {
    this.screen = screen;
    const lines = linesOf(poll, say);
    const items = chosen.map((id, i) => {
      const { text = "", letter = "", quiet } = lines.find((line) => line.id === String(id)) ?? {};
      const isPlain = quiet || poll.type === "yesno" || text === letter;
      const mark = poll.type === "ranking" ? `${i + 1}.` : letter;
      const item = document.createElement("li");
      item.textContent = isPlain ? text : `${mark}\u2002${text}`;
      return item;
    });
    show(`s-${screen}`, this.values(poll)).querySelector("[data-chosen]")?.replaceChildren(...items);
    fillNotice(this.hall);
  }

  /** @param {string} card */
  cast(card) {
    const { poll, form } = this;
    if (!poll || !form?.chosen.length) return;
    this.screen = "sending";
    show("s-sending");
    this.outbox?.post(poll, card, choicesOf(poll, form.chosen));
  }

  /**
   * The server has spoken about a ballot, or could not be reached.
   * @param {Message} answer
   * @param {Ballot} ballot
   */
  settled(answer, ballot) {
    this.key = "";
    const isGone = !this.outbox?.ballot;
    if (isGone) this.tab.removeItem(`mm-draft-${ballot.poll}`);
    if (answer.t === "ack") {
      const { commitment, tracking_code: code } = answer.ballot;
      this.receipts.keep(ballot.poll, { commitment, code, wrong: !isOwn(answer, ballot) });
      this.hall.mine[ballot.poll] = { voted: true, channel: "phone" };
      announce(word("arrived"));
    } else if (answer.code === "already_voted") {
      this.hall.mine[ballot.poll] = { voted: true, channel: answer.channel ?? "phone" };
    } else if (isGone) {
      this.screen = "refused";
      show(answer.code === "poll_not_open" ? "s-late" : "s-refused", { detail: answer.detail });
      fillNotice(this.hall);
      return;
    }
    this.area = "abstimmen";
    this.render(true);
  }
}
