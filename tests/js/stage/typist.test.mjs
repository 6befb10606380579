/** What a captioner types arrives whole, in order and once, however fast or shaky the line is. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { GAP_MS, isFull, RETRY_MS, Typist } from "../../../moderation/static/stage/typist.js";

/** A typist whose pieces and rests are written down; `outcomes` are given in turn, then everything is taken. */
function typist(outcomes = [], limit = 600) {
  const seen = { sent: [], rests: [], waiting: [], refused: [] };
  let keys = 0;
  const made = new Typist({
    post: async (text, key) => {
      seen.sent.push([text, key]);
      return outcomes.shift() ?? "taken";
    },
    newKey: () => `k${(keys += 1)}`,
    waiting: (text) => seen.waiting.push(text),
    refused: (text) => seen.refused.push(text),
    rest: async (ms) => { seen.rests.push(ms); },
    limit,
  });
  return { made, seen };
}

test("what is typed while a piece is on its way goes with the next one", async () => {
  const { made, seen } = typist();
  const all = made.say("Guten Abend.");
  made.say("Ich begrüße");
  made.say("Sie alle.");
  await all;
  assert.deepEqual(seen.sent, [["Guten Abend.", "k1"], ["Ich begrüße Sie alle.", "k2"]]);
  assert.deepEqual(seen.rests, [GAP_MS, GAP_MS]);
});

test("a piece that did not arrive is sent again with its key, before anything newer", async () => {
  const { made, seen } = typist(["later", "later"]);
  const all = made.say("Eins.");
  made.say("Zwei.");
  await all;
  assert.deepEqual(seen.sent.map(([, key]) => key), ["k1", "k1", "k1", "k2"]);
  assert.deepEqual(seen.rests, [RETRY_MS, RETRY_MS, GAP_MS, GAP_MS]);
  assert.deepEqual(seen.waiting, ["Eins. Zwei.", "Eins. Zwei.", ""]);
});

test("a refused piece is not sent again but given back", async () => {
  const { made, seen } = typist(["refused"]);
  await made.say("Zu spät.");
  assert.equal(seen.sent.length, 1);
  assert.deepEqual(seen.refused, ["Zu spät."]);
});

test("more than a piece holds is cut between words, and a word longer than that where it must", async () => {
  const { made, seen } = typist([], 10);
  await made.say("eins zwei drei sehrlangeswort");
  const texts = seen.sent.map(([text]) => text);
  assert.ok(texts.every((text) => text.length <= 10), texts.join("|"));
  assert.equal(texts.join(" ").replaceAll(" ", ""), "einszweidreisehrlangeswort");
});

test("a full line leaves by itself once its last word has ended", () => {
  assert.ok(isFull(`${"wort ".repeat(17)}`));
  assert.ok(!isFull("wort ".repeat(17).trim()));
  assert.ok(!isFull("wort "));
});
