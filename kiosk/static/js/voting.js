/** From the card to the Prüfnummer. */
import { choicesOf } from "../../js/ballot/choices.js";
import { commitment, randomHex } from "../../js/ballot/codes.js";
import { announce, word } from "../../js/ballot/dom.js";
import { formOf } from "../../js/ballot/forms.js";
import { linesOf } from "../../js/ballot/lines.js";
import { listChosen, say } from "../../js/ballot/screens.js";
import { offerLetters } from "./letters.js";
import { isOpen, nextScreen, placeOf } from "./session.js";
import { trackingCode } from "./tracking.js";

/** @import { Kiosk } from "./kiosk.js" */
/** @import { Form } from "../../js/ballot/ballot.js" */
/** @import { Answer, Cast } from "./types.js" */

export class Voting {
  /** @type {Form | null} */
  form = null;

  /** @param {Kiosk} kiosk */
  constructor(kiosk) {
    this.kiosk = kiosk;
    Object.assign(kiosk.screens, {
      ballot: () => this.drawBallot(),
      check: () => this.drawCheck(),
      done: () => this.drawDone(),
      saved: () => kiosk.show("saved", { code: kiosk.session.code, waiting: kiosk.queue.waiting }),
      used: () => this.drawUsed(),
    });
  }

  /** Where "Abstimmen" leads. */
  begin() {
    this.kiosk.go(this.kiosk.queue.isFull ? "locked" : "card");
  }

  /** The question that comes now for this card, if any. */
  next() {
    const { kiosk } = this;
    const [screen, poll] = nextScreen(kiosk.state, kiosk.session.used);
    [kiosk.session.poll, kiosk.session.chosen, this.form] = [poll, [], null];
    kiosk.go(screen);
  }

  /** The meeting moved on while somebody stands here. */
  follow() {
    const { screen, session, state } = this.kiosk;
    if (screen === "wait" && nextScreen(state, session.used)[0] !== "wait") this.next();
    if (screen !== "ballot" && screen !== "check") return;
    const now = state?.polls.find((poll) => poll.id === session.poll?.id);
    if (!now || !isOpen(now)) this.fail("poll_not_open");
  }

  values() {
    const { session, state } = this.kiosk;
    const { poll } = session;
    return poll ? { question: say(poll.question), ...placeOf(state, poll), final: !poll.change_until_close } : {};
  }

  drawBallot() {
    const { session } = this.kiosk;
    if (!session.poll) return;
    const form = new (formOf(session.poll))(session.poll, linesOf(session.poll, say), session.chosen, (chosen) => {
      session.chosen = chosen;
      this.kiosk.go("check");
    });
    this.form = form;
    form.open(this.values());
    offerLetters();
    return () => { session.chosen = form.chosen; };
  }

  drawCheck() {
    const { session, show } = this.kiosk;
    show("check", this.values());
    if (!session.poll) return;
    listChosen(session.poll, linesOf(session.poll, say), choicesOf(session.poll, session.chosen));
  }

  async cast() {
    const { kiosk } = this;
    const { session, queue } = kiosk;
    const { poll, card, chosen } = session;
    if (!poll || !chosen.length || kiosk.screen !== "check") return;
    kiosk.go("sending");
    /** @type {Cast} */
    const cast = { id: randomHex(16), poll: poll.id, card, choices: choicesOf(poll, chosen), nonce: randomHex(32), pad: poll.pad_bytes };
    const own = commitment(cast.poll, cast.nonce, cast.choices);
    session.code = trackingCode(own);
    [session.chosen, this.form] = [[], null];
    try {
      if (await queue.holds(poll.id, card)) return this.refuse("kiosk");
      await queue.add(cast);
    } catch {
      return kiosk.go("locked");
    }
    const answer = await queue.deliver(cast);
    if (kiosk.session === session) this.settle(answer, own);
  }

  /**
   * @param {Answer} answer
   * @param {string} own commitment
   */
  settle({ status, fields }, own) {
    const { kiosk } = this;
    const { session } = kiosk;
    const isTaken = status === 200 || status === 201;
    if (fields.code === "already_voted") return this.refuse(fields.channel ?? "kiosk");
    if (!isTaken && (status >= 500 || [0, 401, 403, 408, 429].includes(status)) && !word(fields.code ?? "")) return kiosk.go("saved", true);
    if (!isTaken) return this.fail(fields.code);
    if (session.poll) session.used[session.poll.id] = "kiosk";
    this.isWrong = fields.ballot?.commitment !== own;
    kiosk.go("done", true);
    announce(word("arrived"));
  }

  /** @param {string} channel of the ballot that counts */
  refuse(channel) {
    const { session } = this.kiosk;
    if (session.poll) session.used[session.poll.id] = channel;
    this.kiosk.go("used");
  }

  /** @param {string} code of a refusal */
  fail(code) {
    this.kiosk.screens.trouble = () => this.kiosk.show("trouble", { text: word(code) || word("failed") });
    this.kiosk.go("trouble");
  }

  drawDone() {
    const { session, state, show } = this.kiosk;
    const words = session.poll?.type === "words";
    show("done", { code: session.code, wrong: this.isWrong, words, listed: !words });
    const next = /** @type {HTMLElement | null} */ (document.querySelector("[data-do=next]"));
    if (next) next.hidden = nextScreen(state, session.used)[0] !== "ballot";
  }

  drawUsed() {
    const channel = this.kiosk.session.used[this.kiosk.session.poll?.id ?? ""];
    this.kiosk.show("used", { ...this.values(), [channel]: true });
  }
}
