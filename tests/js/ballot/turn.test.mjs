/** The own place among the speakers, as the phone says it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { turnOf } from "../../../backend/web/static/js/hall.js";

const words = { turn: "7", up: "jetzt", place: "als {n}.", over: "vorbei" };
const list = (now, ...next) => ({ open: true, now: now ? { no: now } : null, next: next.map((no) => ({ no })) });

test("whoever waits is told the place, whoever speaks that it is their turn, everybody else that it is over", () => {
  assert.equal(turnOf(words, list(3, 5, 7, 8)), "als 2.");
  assert.equal(turnOf(words, list(7, 8)), "jetzt");
  assert.equal(turnOf(words, list(null)), "vorbei");
  assert.equal(turnOf(words, list(77, 17)), "vorbei");
});
