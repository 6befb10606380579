import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import {
  commitment, grouped, hex, holds, isSound, normal, randomHex, trackingCode,
} from "../../../backend/web/static/js/ballot/codes.js";
import { sha256 } from "../../../backend/web/static/js/ballot/sha256.js";

test("sha256 equals the system's for every length around a block", () => {
  for (let size = 0; size < 200; size += 1) {
    const message = randomBytes(size);
    assert.equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"), `${size} bytes`);
  }
});

test("sha256 equals the system's for a long message", () => {
  const message = randomBytes(100_000);
  assert.equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"));
});

test("commitment and Prüfnummer equal the server's", () => {
  // made by backend.transparency.ballots with nonce 00 01 … 1f; tests/unit/live/test_shared_vectors.py keeps it true
  const nonce = hex(Uint8Array.from({ length: 32 }, (_, i) => i));
  const own = commitment("poll-a1", nonce, ["b", "a"]);
  assert.equal(own, "c3da2d014524cf5610e08fe444333aeeaa99a54ac27cc961a7bce3d3e3661b57");
  assert.equal(trackingCode(own), "RFD2-T0A5-4K7N");
});

test("a published file holds a ballot or does not", () => {
  const nonces = [randomHex(32), randomHex(32)];
  const file = nonces.map((nonce) => `${JSON.stringify({ nonce, choices: ["yes"] })}\n`).join("");
  assert.ok(holds("p", file, commitment("p", nonces[1], ["yes"])));
  assert.ok(!holds("p", file, commitment("p", nonces[1], ["no"])));
  assert.ok(!holds("p", "", commitment("p", nonces[0], ["yes"])));
});

test("a card code is forgiven what typing adds", () => {
  for (const typed of ["HQQS-BD2F-P2D4-M", "https://host/s#HQQS-BD2F-P2D4-M", " hqqs-bd2f-p2d4-m ", "HQQS BD2F P2D4 M"]) {
    assert.equal(normal(typed), "HQQSBD2FP2D4M", typed);
    assert.ok(isSound(normal(typed)), typed);
  }
  assert.equal(grouped("HQQSBD2FP2D4M"), "HQQS-BD2F-P2D4-M");
  assert.equal(normal("oil"), "011");
});

test("a wrong, swapped, missing or strange character is noticed", () => {
  const code = "HQQSBD2FP2D4M";
  for (let place = 0; place < code.length; place += 1) {
    const other = code[place] === "7" ? "8" : "7";
    assert.ok(!isSound(code.slice(0, place) + other + code.slice(place + 1)), `place ${place}`);
  }
  assert.ok(!isSound(code.slice(1)));
  assert.ok(!isSound(`${code}0`));
  assert.ok(!isSound(`U${code.slice(1)}`));
  assert.ok(!isSound(""));
});
