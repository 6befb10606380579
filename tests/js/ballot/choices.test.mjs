import assert from "node:assert/strict";
import { test } from "node:test";

import { choicesOf, readable, tidy } from "../../../backend/web/static/js/ballot/choices.js";
import { commitment } from "../../../backend/web/static/js/ballot/codes.js";
import { formOf } from "../../../backend/web/static/js/ballot/forms.js";
import { linesOf, marked } from "../../../backend/web/static/js/ballot/lines.js";

const say = (texts) => texts.de;
const ABST = { id: "abst", de: "Enthaltung", abstain: true };
const AB = [{ id: "a", de: "Apfel" }, { id: "b", de: "Birne" }, ABST];
const SAID = [{ id: "s1", de: "Es ist laut" }, { id: "s2", de: "Es ist grün" }];

function poll(type, fields = {}) {
  return { id: "p", type, options: AB, statements: [], budget: null, max: 5, ...fields };
}

globalThis.document = { documentElement: { lang: "de" } };

for (const [name, type, marks, expected, fields] of [
  ["score", "score", ["a:5", "b:0"], { a: 5, b: 0 }],
  ["cumulative", "cumulative", ["b:3"], { b: 3 }],
  ["rated statements", "scale", ["s2:4"], [null, 4], { statements: SAID }],
  ["a scale of its own", "scale", ["4"], [4]],
  ["budget", "budget", ["a", "b"], ["a", "b"]],
  ["words", "words", [" mehr  Bänke ", "Grün", ""], ["Grün", "mehr Bänke"], { options: [ABST] }],
  ["abstention", "score", ["abst"], ["abst"]],
  ["abstention from words", "words", ["abst"], ["abst"], { options: [ABST] }],
]) {
  test(`choices: ${name}`, () => assert.deepEqual(choicesOf(poll(type, fields), marks), expected));
}

test("words are ordered by code point, as the server does", () => {
  const bold = "\u{1D400}"; // beyond the first plane: its code units come before those of \uFB00
  assert.deepEqual(choicesOf(poll("words", { options: [] }), [bold, "\uFB00", "a"]), ["a", "\uFB00", bold]);
  assert.equal(tidy("Ba\u0308nke"), "Bänke");
});

test("options that look like numbers are committed to in the order of their texts", () => {
  const nonce = "00".repeat(32);
  assert.equal(commitment("p", nonce, { 10: 1, 2: 3 }), commitment("p", nonce, { 2: 3, 10: 1 }));
});

test("what was chosen reads as letters, numbers and texts", () => {
  const score = poll("score");
  assert.deepEqual(readable(score, linesOf(score, say), { b: 2, a: 0 }), [["0", "Apfel"], ["2", "Birne"]]);
  const rated = poll("scale", { statements: SAID });
  assert.deepEqual(readable(rated, linesOf(rated, say), [null, 4]), [["–", "Es ist laut"], ["4", "Es ist grün"]]);
  const one = poll("scale", { statements: SAID.slice(0, 1) });
  assert.deepEqual(readable(one, linesOf(one, say), ["abst"]), [["", "Enthaltung"]]);
  assert.deepEqual(readable(poll("words"), [], ["Grün"]), [["", "Grün"]]);
  const single = poll("single");
  assert.deepEqual(readable(single, linesOf(single, say), ["b"]), [["B", "Birne"]]);
});

test("a project that does not fit the money is not taken, another one for it is", () => {
  const options = [{ id: "a", de: "A", cost: 6 }, { id: "b", de: "B", cost: 5 }, { id: "c", de: "C", cost: 4 }, ABST];
  const budget = poll("budget", { options, budget: 10, max: 3 });
  assert.deepEqual(marked(budget, ["a"], "b"), ["a"]);
  assert.deepEqual(marked(budget, ["a"], "c"), ["a", "c"]);
  assert.deepEqual(marked(budget, ["a"], "abst"), ["abst"]);
  assert.match(linesOf(budget, say)[0].text, /^A · 6\s€$/);
});

test("statements are the lines that are rated, numbered, with abstention last", () => {
  const rated = linesOf(poll("scale", { statements: SAID }), say);
  assert.deepEqual(rated.map((line) => [line.letter, line.id]), [["1", "s1"], ["2", "s2"], ["–", "abst"]]);
});

test("each kind of question has its form", () => {
  const names = ["single", "budget", "ranking", "score", "cumulative", "words"].map((type) => formOf(poll(type)).name);
  assert.deepEqual(names, ["Form", "Form", "RankForm", "PointsForm", "PointsForm", "WordForm"]);
  assert.equal(formOf(poll("scale", { statements: SAID })).name, "PointsForm");
});
