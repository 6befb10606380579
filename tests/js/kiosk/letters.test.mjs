import assert from "node:assert/strict";
import { test } from "node:test";

import { kiosk } from "./sources.mjs";

const { written } = await kiosk("letters");

test("a capital begins a word, small letters follow", () => {
  assert.equal(["B", "Ä", "N", "K", "E"].reduce((text, key) => written(text, key, "de"), ""), "Bänke");
  assert.equal(written("Stra", "ß", "de"), "Straß");
  assert.equal(written("Ş", "I", "tr"), "Şı");
});

test("the last sign can be taken back, and a word ends at its longest", () => {
  assert.equal(written("Ba", "", "de"), "B");
  assert.equal(written("", "", "de"), "");
  assert.equal(written("x".repeat(24), "Y", "de"), "x".repeat(24));
});
