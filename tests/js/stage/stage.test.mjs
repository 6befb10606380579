import assert from "node:assert/strict";
import { test } from "node:test";

import { bare, isDoubleClick } from "../../../moderation/static/stage/forms.js";
import { shortcut } from "../../../moderation/static/stage/keys.js";
import { stretches } from "../../../moderation/static/stage/turnout.js";

/** An element inside others of these kinds. */
const within = (...kinds) => ({ closest: (what) => kinds.some((kind) => what.split(", ").includes(kind)) });
const press = (key, target = within(), more = {}) => shortcut({ key, target, ...more }, true);

test("single keys mean what the bar says, in either case", () => {
  assert.deepEqual(["n", "F", "b", "?", "Escape"].map((key) => press(key)), ["N", "F", "B", "?", "Escape"]);
  for (const key of ["x", " ", "Enter"]) assert.equal(press(key), null);
});

test("keys never fire while somebody types", () => {
  for (const field of ["input", "textarea", "select"]) {
    for (const key of ["n", "b", "?", "Escape"]) assert.equal(press(key, within(field)), null);
    assert.equal(press("Enter", within(field), { shiftKey: true }), null);
  }
});

test("Shift+Enter is the next step wherever the focus is, but in an open question the focused button's", () => {
  const next = { shiftKey: true };
  assert.equal(press("Enter", within(), next), "Shift+Enter");
  assert.equal(press("Enter", within("button"), next), "Shift+Enter");
  assert.equal(press("Enter", within("form.mm-way__form"), next), null);
  assert.equal(press("n", within("button")), "N");
});

test("keys with modifiers and held keys belong to the browser", () => {
  assert.equal(press("n", within(), { ctrlKey: true }), null);
  assert.equal(press("b", within(), { metaKey: true }), null);
  assert.equal(press("Enter", within(), { shiftKey: true, repeat: true }), null);
});

test("switched off, the switch itself, closing a message and the next step remain", () => {
  const off = (key) => shortcut({ key, target: within() }, false);
  assert.deepEqual(["n", "f", "b", "?", "Escape"].map(off), [null, null, null, "?", "Escape"]);
  assert.equal(shortcut({ key: "Enter", shiftKey: true, target: within() }, false), "Shift+Enter");
});

test("a second click right after the word changed is a double click", () => {
  assert.equal(isDoubleClick(1_300, 1_000), true);
  assert.equal(isDoubleClick(1_800, 1_000), false);
});

test("the address keeps the poll and drops the message", () => {
  assert.equal(bare("http://a.example/verwaltung/x/regie/1?frage=p1&meldung=abc#abstimmung"), "/verwaltung/x/regie/1?frage=p1");
});

test("the bar's stretches lie one after another", () => {
  assert.deepEqual(stretches({ phone: 71, kiosk: 12, paper: 33 }, 126), [
    { x: 0, width: 56.35 },
    { x: 56.35, width: 9.52 },
    { x: 65.87, width: 26.19 },
  ]);
  assert.deepEqual(stretches({}, 0)[2], { x: 0, width: 0 });
});
