/** A card in front of the kiosk: read here, then by the room, and on to its question. */
import { grouped, LENGTH, normal } from "../../js/ballot/codes.js";
import { complain, problemOf } from "./keypad.js";
import { look } from "./look.js";

/** @import { Voting } from "./voting.js" */

/**
 * Take a code from camera, scanner or keypad. Without a network the card is believed until its ballot arrives.
 * @param {Voting} voting
 * @param {string} text
 */
export async function takeCard(voting, text) {
  const { kiosk } = voting;
  const card = normal(text);
  const problem = problemOf(card, LENGTH, true);
  if (problem) return complain(problem);
  const { session, screen } = kiosk;
  kiosk.go("checking");
  const meeting = kiosk.state?.meeting.id;
  const found = meeting ? await look(meeting, grouped(card)) : null;
  if (kiosk.session !== session) return;
  if (found?.kind === "guest") return kiosk.go("guest");
  if (found?.kind === "none" || found?.kind === "void") {
    kiosk.go(screen === "type" ? "type" : "card");
    return complain(found.kind === "void" ? "card_void" : found.code || "unknown_card");
  }
  [session.card, session.used] = [grouped(card), found?.used ?? {}];
  voting.next();
}
