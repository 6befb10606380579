import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

import { kiosk } from "./sources.mjs";

const { DONE_MS, Idle, QUIET_MS, WARNING_MS } = await kiosk("idle");
const { nextScreen, placeOf, Session } = await kiosk("session");
const { lookOf } = await kiosk("look");
const { pressed, problemOf } = await kiosk("keypad");
const { trackingCode } = await kiosk("tracking");
const { Wedge } = await kiosk("wedge");
const { parted } = await kiosk("notice");
const { lineOf } = await kiosk("reader");

function poll(id, extra = {}) {
  return { id, type: "yesno", state: "open", grade: "open", channels: ["kiosk", "phone"], ...extra };
}

test("silence is asked about, then everything is cleared", () => {
  const idle = new Idle();
  idle.begin(0);
  assert.equal(idle.tick(QUIET_MS - 1, false), "quiet");
  assert.equal(idle.tick(QUIET_MS, false), "ask");
  assert.equal(idle.left(QUIET_MS), WARNING_MS);
  assert.equal(idle.tick(QUIET_MS + WARNING_MS, false), "clear");
});

test("a person who answers gets the whole time again", () => {
  const idle = new Idle();
  idle.begin(0);
  idle.tick(QUIET_MS, false);
  idle.touch(QUIET_MS + 5);
  assert.deepEqual([idle.isAsking, idle.tick(QUIET_MS * 2 - 1, false)], [false, "quiet"]);
});

test("after a vote the screen clears without a question, and later when asked for more time", () => {
  const idle = new Idle();
  idle.begin(0, true);
  assert.equal(idle.tick(DONE_MS - 1, false), "quiet");
  idle.touch(DONE_MS - 1);
  assert.equal(idle.tick(DONE_MS, false), "quiet");
  assert.equal(idle.tick(2 * DONE_MS, false), "clear");
});

test("time stands still while something is spoken", () => {
  const idle = new Idle();
  idle.begin(0);
  assert.equal(idle.tick(10 * QUIET_MS, true), "quiet");
  assert.equal(idle.left(10 * QUIET_MS), QUIET_MS + WARNING_MS);
});

test("a new session knows nothing of the one before", () => {
  const before = new Session();
  Object.assign(before, { card: "K", typed: "K", code: "C", chosen: ["a"], mayRead: true, poll: poll("p") });
  before.used.p = "kiosk";
  assert.deepEqual({ ...new Session() }, { card: "", typed: "", code: "", used: {}, chosen: [], poll: null, mayRead: false });
});

test("scripts keep nothing where the next person could find it", async () => {
  const folder = new URL("../../../kiosk/static/js/", import.meta.url);
  for (const name of await readdir(folder)) {
    const script = await readFile(new URL(name, folder), "utf8");
    assert.doesNotMatch(script, /localStorage|sessionStorage|document\.cookie|history\.(push|replace)State|console\./, name);
  }
});

test("the first open question this card was not used for comes next", () => {
  const polls = [poll("a"), poll("b"), poll("c", { state: "ready" })];
  assert.deepEqual(nextScreen({ polls }, { a: "phone" }), ["ballot", polls[1]]);
  assert.deepEqual(nextScreen({ polls }, { a: "phone", b: "paper" }), ["used", polls[1]]);
  assert.deepEqual(nextScreen({ polls: [polls[2]] }, {}), ["wait", null]);
  assert.deepEqual(nextScreen(null, {}), ["wait", null]);
});

test("a question that goes on by paper sends a card without a vote to the desk", () => {
  const polls = [{ ...poll("a"), state: "closed", on_paper: true }];
  assert.equal(nextScreen({ polls }, {})[0], "elsewhere");
  assert.equal(nextScreen({ polls }, { a: "kiosk" })[0], "wait");
});

test("secret questions and other channels are voted on elsewhere", () => {
  for (const extra of [{ grade: "secret" }, { channels: ["phone"] }]) {
    assert.equal(nextScreen({ polls: [poll("a", extra)] }, {})[0], "elsewhere");
  }
});

test("cancelled questions are not counted", () => {
  const polls = [poll("x", { state: "cancelled" }), poll("a"), poll("b")];
  assert.deepEqual(placeOf({ polls }, polls[2]), { n: 2, total: 2 });
});

test("the room's welcome tells kind and use of a card", () => {
  assert.equal(lookOf({ t: "event" }, ""), null);
  const message = { t: "welcome", card: "valid", state: { mine: { p: { voted: true, channel: "phone" } } } };
  assert.deepEqual(lookOf(message, ""), { kind: "valid", code: "", used: { p: "phone" } });
  assert.deepEqual(lookOf({ t: "welcome", card: "none" }, "unknown_card"), { kind: "none", code: "unknown_card", used: {} });
});

test("keys that stand on no card change nothing, look-alikes are read as meant", () => {
  assert.equal(pressed("K", "o", 13), "K0");
  assert.equal(pressed("K", "l", 13), "K1");
  for (const key of ["U", "Tab", "F5", "ä", " "]) assert.equal(pressed("K", key, 13), "K");
  assert.equal(pressed("K7", "Backspace", 13), "K");
  assert.equal(pressed("12345678", "9", 8), "12345678");
  assert.deepEqual([problemOf("K7", 13, true), problemOf("K7Q29WDMX4TR0", 13, true)], ["length", problemOf("K7Q29WDMX4TR0", 13, true)]);
});

test("a scanner is told from fingers by its speed", () => {
  const wedge = new Wedge();
  const scan = (text, step) => [...text].map((key, i) => wedge.hear(key, i * step)).at(-1);
  scan("K7Q29WDMX4TR5", 10);
  assert.equal(wedge.hear("Enter", 130), "K7Q29WDMX4TR5");
  scan("K7Q29WDMX4TR5", 200);
  assert.equal(wedge.hear("Enter", 2_600), "");
});

test("the Prüfnummer made here equals the server's", () => {
  // vector of tests/js/ballot, made by backend.transparency.ballots
  assert.equal(trackingCode("c3da2d014524cf5610e08fe444333aeeaa99a54ac27cc961a7bce3d3e3661b57"), "RFD2-T0A5-4K7N");
});

test("the notice is shown whole, its first sentence strong", () => {
  assert.deepEqual(parted("Empfehlungen. Sie binden nicht."), ["Empfehlungen.", " Sie binden nicht."]);
  assert.deepEqual(parted("Zeile eins.\nZeile zwei."), ["", "Zeile eins.\nZeile zwei."]);
  assert.equal(lineOf(" Ja,\u2002\n gut "), "Ja, gut");
});
