import assert from "node:assert/strict";
import { test } from "node:test";

import { choicesOf } from "../../../backend/web/static/js/ballot/choices.js";
import { Hall, screenFor } from "../../../backend/web/static/js/ballot/hall.js";
import { linesOf, marked } from "../../../backend/web/static/js/ballot/lines.js";
import { moved } from "../../../backend/web/static/js/ballot/rank.js";
import { timeLeft } from "../../../backend/web/static/js/ballot/screens.js";

const NONE = { of: () => undefined };
const VOTED = { of: (poll) => (poll === "p1" ? { code: "X" } : undefined) };

function poll(fields = {}) {
  return {
    id: "p1", type: "yesno", state: "open", question: { de: "Bäume?" }, options: [], max: 1, grade: "open",
    channels: ["phone", "kiosk", "paper"], opened_at: "2027-03-11T18:00:00+00:00", agenda_item: "i1", used: 0, ...fields,
  };
}

function hall(polls, fields = {}) {
  const known = new Hall();
  const meeting = { id: "m", title: {}, notice: {}, active_item: "i1" };
  const agenda = [{ id: "i1", state: "active" }, { id: "i2", state: "planned" }];
  const state = { seq: 5, meeting, agenda, polls, questions: [], mine: {}, ...fields };
  known.hear({ t: "welcome", seq: 5, card: "valid", now: "2027-03-11T18:00:10Z", state }, Date.parse("2027-03-11T18:00:00Z"));
  return known;
}

test("a welcome gives state, card and the server's clock", () => {
  const known = hall([poll()]);
  assert.equal(known.ahead, 10_000);
  assert.equal(known.card, "valid");
  assert.equal(known.seq, 5);
});

test("events are taken once and in order, others are passed over", () => {
  const known = hall([]);
  assert.ok(!known.hear({ t: "event", seq: 5, kind: "notice" }, 0));
  assert.ok(known.hear({ t: "event", seq: 6, kind: "poll.opened", poll: poll() }, 0));
  assert.equal(known.poll("p1").state, "open");
  known.hear({ t: "event", seq: 7, kind: "poll.revealed", poll: { id: "p1", state: "revealed" }, result: { status: "counted" } }, 0);
  assert.equal(known.poll("p1").question.de, "Bäume?");
  known.hear({ t: "event", seq: 8, kind: "poll.confirmed", poll: { id: "p1" } }, 0);
  assert.equal(known.poll("p1").result.status, "confirmed");
  known.hear({ t: "event", seq: 9, kind: "agenda", active: "i3", items: [{ id: "i1", state: "done" }, { id: "i3", state: "active" }] }, 0);
  assert.deepEqual(known.state.agenda.map((item) => item.id), ["i1", "i3"]);
  assert.equal(known.state.meeting.active_item, "i3");
  known.hear({ t: "event", seq: 10, kind: "question", question: { id: "q", state: "submitted" } }, 0);
  assert.equal(known.state.questions.length, 0);
  known.hear({ t: "event", seq: 11, kind: "question", question: { id: "q", state: "visible", text: "Wann?", votes: 1 } }, 0);
  assert.equal(known.state.questions[0].text, "Wann?");
});

test("a change of the meeting is taken over whole", () => {
  const known = hall([]);
  known.hear({ t: "event", seq: 6, kind: "meeting", state: "paused", pause_note: "Weiter um 20 Uhr", version: 4 }, 0);
  assert.equal(known.state.meeting.state, "paused");
  assert.equal(known.state.meeting.pause_note, "Weiter um 20 Uhr");
});

test("the agenda may become empty, a void poll loses its result, a question can be taken back", () => {
  const known = hall([poll({ state: "revealed", result: { status: "counted" } })]);
  known.hear({ t: "event", seq: 6, kind: "agenda", active: null, items: [] }, 0);
  assert.deepEqual(known.state.agenda, []);
  known.hear({ t: "event", seq: 7, kind: "poll.void", poll: { id: "p1", state: "void" } }, 0);
  assert.equal(known.poll("p1").result, null);
  const question = { id: "q", state: "visible", text: "Wann?", votes: 1 };
  known.hear({ t: "event", seq: 8, kind: "question", question }, 0);
  known.hear({ t: "event", seq: 9, kind: "question", question: { id: "q", state: "held", votes: 1 } }, 0);
  assert.deepEqual(known.state.questions, []);
});

test("a provisional result stays until the poll is revealed, and no signature makes it final", () => {
  const known = hall([poll({ state: "closed" })]);
  assert.equal(screenFor(known, NONE, null).screen, "closed");
  const result = { status: "provisional" };
  known.hear({ t: "event", seq: 6, kind: "poll.provisional", poll: { id: "p1", state: "closed" }, result }, 0);
  assert.equal(screenFor(known, NONE, null).screen, "page");
  known.hear({ t: "event", seq: 7, kind: "poll.sealed", poll: { id: "p1", state: "sealed" } }, 0);
  known.hear({ t: "event", seq: 8, kind: "poll.confirmed", poll: { id: "p1", state: "sealed" } }, 0);
  assert.equal(known.poll("p1").result.status, "provisional");
  known.hear({ t: "event", seq: 9, kind: "poll.revealed", poll: { id: "p1", state: "revealed" }, result: { status: "counted" } }, 0);
  assert.equal(known.poll("p1").result.status, "counted");
});

test("a poll that goes on by paper sends whoever has not voted to the server's page", () => {
  const known = hall([poll({ state: "closed", on_paper: true })]);
  assert.equal(screenFor(known, NONE, null).screen, "page");
  known.mine = { p1: { voted: true, channel: "phone" } };
  assert.equal(screenFor(known, NONE, null).screen, "closed");
});

test("turnout is the latest, for polls that are known", () => {
  const known = hall([poll()]);
  assert.ok(known.hear({ t: "tally", poll: "p1", used: 9, sheets_out: 2, cards: { phone: 7 } }, 0));
  assert.equal(known.poll("p1").used, 9);
  assert.equal(known.poll("p1").t, undefined);
  assert.ok(!known.hear({ t: "tally", poll: "p9", used: 9 }, 0));
});

test("a short welcome keeps the state and renews what the card did", () => {
  const known = hall([poll()]);
  known.hear({ t: "welcome", seq: 5, card: "valid", now: "2027-03-11T18:00:10Z", mine: { p1: { voted: true, channel: "kiosk" } } }, 0);
  assert.equal(known.mine.p1.channel, "kiosk");
  assert.equal(known.poll("p1").state, "open");
});

for (const [name, polls, fields, receipts, waiting, screen] of [
  ["nothing yet", [], {}, NONE, null, "wait"],
  ["a draft becomes ready", [poll({ state: "ready", opened_at: null })], {}, NONE, null, "wait"],
  ["an open question", [poll()], {}, NONE, null, "ballot"],
  ["closing is still open", [poll({ state: "closing" })], {}, NONE, null, "ballot"],
  ["voted with this phone", [poll()], { mine: { p1: { channel: "phone" } } }, VOTED, null, "arrived"],
  ["voted with another phone", [poll()], { mine: { p1: { channel: "phone" } } }, NONE, null, "page"],
  ["a sheet was given out", [poll()], { mine: { p1: { channel: "paper" } } }, NONE, null, "page"],
  ["secret", [poll({ grade: "secret" })], {}, NONE, null, "page"],
  ["not on phones", [poll({ channels: ["paper"] })], {}, NONE, null, "page"],
  ["a budget", [poll({ type: "budget" })], {}, NONE, null, "ballot"],
  ["not sent yet", [poll()], {}, NONE, "p1", "outbox"],
  ["counting", [poll({ state: "counting" })], {}, VOTED, null, "closed"],
  ["revealed", [poll({ state: "revealed", result: {} })], {}, VOTED, null, "page"],
  ["cancelled", [poll({ state: "cancelled" })], {}, VOTED, null, "page"],
  ["the hall moved on", [poll({ state: "published", result: {}, agenda_item: "i0" })], {}, VOTED, null, "wait"],
  ["voted on one, another opens", [poll(), poll({ id: "p2", opened_at: "2027-03-11T19:00:00+00:00" })],
    { mine: { p1: { channel: "phone" } } }, VOTED, null, "ballot"],
]) {
  test(`screen: ${name}`, () => assert.equal(screenFor(hall(polls, fields), receipts, waiting).screen, screen));
}

test("guest and void cards get the server's page, a guest also sees results", () => {
  for (const [card, state, expected] of [["guest", "open", "page"], ["void", "open", "page"], ["guest", "revealed", "page"]]) {
    const known = hall([poll({ state, result: state === "revealed" ? {} : null })]);
    known.card = card;
    const found = screenFor(known, NONE, null);
    assert.equal(found.screen, expected);
    assert.equal(found.poll?.id, state === "revealed" ? "p1" : undefined);
  }
});

test("marks: one of a single choice, at most max of several, abstention alone, always in option order", () => {
  const options = ["a", "b", "c"].map((id) => ({ id, de: id }));
  const abstain = { id: "abst", de: "Enthaltung", abstain: true };
  const single = poll({ type: "single", options });
  assert.deepEqual(marked(single, ["a"], "b"), ["b"]);
  const multi = poll({ type: "multi", max: 2, options: [...options, abstain] });
  assert.deepEqual(marked(multi, ["c"], "a"), ["a", "c"]);
  assert.deepEqual(marked(multi, ["a", "c"], "b"), ["a", "c"]);
  assert.deepEqual(marked(multi, ["a", "c"], "c"), ["a"]);
  assert.deepEqual(marked(multi, ["a", "c"], "abst"), ["abst"]);
  assert.deepEqual(marked(multi, ["abst"], "b"), ["b"]);
});

test("choices of a scale are numbers, its abstention is not", () => {
  const scale = poll({ type: "scale", options: [{ id: "abst", de: "–", abstain: true }] });
  assert.deepEqual(choicesOf(scale, ["4"]), [4]);
  assert.deepEqual(choicesOf(scale, ["abst"]), ["abst"]);
  assert.deepEqual(choicesOf(poll({ type: "ranking" }), ["b", "a"]), ["b", "a"]);
});

test("letters are the same as on paper: none for abstention, numbers on a scale", () => {
  const say = (texts) => texts.de;
  const options = [{ id: "x", de: "X" }, { id: "abst", de: "Enthaltung", abstain: true }, { id: "y", de: "Y" }];
  assert.deepEqual(linesOf(poll({ type: "single", options }), say).map((line) => line.letter), ["A", "–", "B"]);
  assert.deepEqual(linesOf(poll({ type: "scale" }), say).map((line) => line.letter), ["1", "2", "3", "4", "5"]);
});

test("moving in a ranking", () => {
  assert.deepEqual(moved([], "b", 0), ["b"]);
  assert.deepEqual(moved(["b"], "a", 1), ["b", "a"]);
  assert.deepEqual(moved(["b", "a", "c"], "c", 1), ["b", "c", "a"]);
  assert.deepEqual(moved(["b", "a"], "b", 1), ["a", "b"]);
  assert.deepEqual(moved(["b", "a"], "a", 2), ["b"]);
});

test("time left by the server's clock, none while no end is set", () => {
  const end = poll({ last_call_ends_at: "2027-03-11T18:01:05Z" });
  assert.equal(timeLeft(end, Date.parse("2027-03-11T18:00:00Z")), "1:05");
  assert.equal(timeLeft(end, Date.parse("2027-03-11T18:09:00Z")), "0:00");
  assert.equal(timeLeft(poll(), 0), "");
  assert.equal(timeLeft({ ...end, state: "closed" }, 0), "");
  assert.equal(timeLeft(null, 0), "");
});

test("a poll put on the wall changes nothing on the phone", () => {
  const known = hall([poll()]);
  known.hear({ t: "event", seq: 6, kind: "screen", show: "poll", poll: "p1" }, 0);
  assert.equal(known.seq, 6);
  assert.deepEqual(known.state.polls, [poll()]);
});
