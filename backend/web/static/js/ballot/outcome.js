/** What becomes of a ballot once the server has spoken about it, or could not be reached. */
import { announce, show, word } from "./dom.js";
import { ownReceipt } from "./outbox.js";

/** @import { App } from "./app.js" */
/** @import { Ballot } from "./outbox.js" */
/** @import { Message } from "./types.js" */

/**
 * @param {App} app
 * @param {Message} answer
 * @param {Ballot} ballot
 */
export function settle(app, answer, ballot) {
  const isGone = !app.outbox?.ballot;
  const isAnothers = ballot.card !== app.card; // left on this phone by somebody else, and sent now
  if (isGone) app.tab.removeItem(`mm-draft-${ballot.poll}`);
  if (answer.t === "ack" && !isAnothers) {
    app.receipts.keep(ballot.poll, ownReceipt(answer, ballot));
    announce(word("arrived"));
  }
  if (isAnothers) {
    app.key = "";
  } else if (answer.t === "ack" || answer.code === "already_voted") {
    app.hall.mine[ballot.poll] = { voted: true, channel: answer.channel ?? "phone" };
  } else if (isGone) {
    app.screen = "refused";
    const paper = app.hall.poll(ballot.poll)?.on_paper;
    show(answer.code === "poll_not_open" ? "s-late" : "s-trouble", { text: answer.detail, paper });
    app.finish();
    return;
  }
  app.render(true);
}
