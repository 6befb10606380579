import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { commitment, trackingCode } from "../../../backend/web/static/js/ballot/codes.js";
import { ANSWER_MS, Outbox, ownReceipt, padded } from "../../../backend/web/static/js/ballot/outbox.js";
import { drawer, Receipts } from "../../../backend/web/static/js/ballot/store.js";

const POLL = { id: "p1", pad_bytes: 1024 };
let line;
let settled;
let requests;

function outbox(answer = async () => { throw new TypeError("no network"); }, store = memory()) {
  const ask = (path, options) => {
    requests.push([path, options]);
    return answer();
  };
  return new Outbox(store, line, (message, ballot) => settled.push([message, ballot]), ask);
}

function memory() {
  const values = new Map();
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, text) => values.set(key, text), removeItem: (key) => values.delete(key) };
}

function reply(status, body) {
  return async () => ({ ok: status < 300, status, json: async () => body });
}

beforeEach(() => {
  line = { isOpen: true, sent: [], send(message) { this.sent.push(message); return true; } };
  [settled, requests] = [[], []];
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
});

afterEach(() => mock.timers.reset());

test("frames have the poll's size, whatever was chosen and however it is spelt", () => {
  for (const choices of [["yes"], ["abst"], ["Grüße"], [], ["a".repeat(700)]]) {
    const text = JSON.stringify(padded({ t: "cast", choices }, 256));
    assert.equal(new TextEncoder().encode(text).length % 256, 0);
  }
});

test("a ballot goes over the socket and is gone after its acknowledgement", async () => {
  const box = outbox();
  const done = box.post(POLL, "K7Q2", ["yes"]);
  const [sent] = line.sent;
  assert.equal(JSON.stringify(sent).length, 1024);
  assert.match(sent.nonce, /^[0-9a-f]{64}$/);
  assert.ok(box.ballot);
  box.hear({ t: "ack", id: "another", ballot: {} });
  const own = commitment("p1", sent.nonce, ["yes"]);
  box.hear({ t: "ack", id: sent.id, ballot: { commitment: own, tracking_code: trackingCode(own) } });
  await done;
  assert.equal(box.ballot, null);
  assert.deepEqual(ownReceipt(...settled[0]), { commitment: own, code: trackingCode(own), wrong: false });
});

test("an acknowledgement of something else is noticed", () => {
  const ballot = { poll: "p1", nonce: "0a".repeat(32), choices: ["yes"] };
  const own = commitment("p1", ballot.nonce, ballot.choices);
  const other = commitment("p1", ballot.nonce, ["no"]);
  for (const wrong of [
    { commitment: other, tracking_code: trackingCode(other) },
    { commitment: own, tracking_code: trackingCode(other) },
    undefined,
  ]) {
    assert.ok(ownReceipt({ t: "ack", ballot: wrong }, ballot).wrong);
  }
});

test("no answer means unknown: the ballot stays and is repeated with the same key", async () => {
  const box = outbox();
  const done = box.post(POLL, "K7Q2", ["yes"]);
  mock.timers.tick(ANSWER_MS);
  await done;
  assert.equal(settled[0][0].code, "unknown");
  assert.ok(box.nextAt > Date.now());
  const again = box.send();
  assert.equal(line.sent[1].id, line.sent[0].id);
  assert.equal(line.sent[1].nonce, line.sent[0].nonce);
  box.hear({ t: "error", id: line.sent[1].id, code: "already_voted", channel: "paper" });
  await again;
  assert.equal(box.ballot, null);
});

test("without a socket it goes by request, with the key in the header", async () => {
  line.isOpen = false;
  const box = outbox(reply(201, { ballot: { commitment: "c" }, channel: "phone" }));
  await box.post(POLL, "K7Q2", ["yes"]);
  const [[path, { headers, body }]] = requests;
  assert.equal(path, "/api/v1/polls/p1/ballots");
  assert.match(headers["Idempotency-Key"], /^[0-9a-f]{32}$/);
  assert.deepEqual(Object.keys(JSON.parse(body)).sort(), ["card", "choices", "nonce", "pad"]);
  assert.equal(settled[0][0].t, "ack");
});

for (const [status, code, stays] of [
  [409, "already_voted", false], [409, "poll_not_open", false], [403, "unknown_card", false],
  [429, "too_many_attempts", true], [503, "unavailable", true], [500, undefined, true],
]) {
  test(`an answer ${status} ${code} ${stays ? "keeps" : "ends"} the ballot`, async () => {
    line.isOpen = false;
    const box = outbox(reply(status, { code }));
    await box.post(POLL, "K7Q2", ["yes"]);
    assert.equal(Boolean(box.ballot), stays);
  });
}

test("without any network it waits, longer each time, and survives a reload", async () => {
  line.isOpen = false;
  const store = memory();
  const box = outbox(undefined, store);
  await box.post(POLL, "K7Q2", ["yes"]);
  const first = box.nextAt - Date.now();
  await box.send();
  await box.send();
  assert.ok(box.nextAt - Date.now() > first / 2);
  assert.equal(outbox(undefined, store).ballot.choices[0], "yes");
});

test("one try at a time", async () => {
  const box = outbox();
  const done = box.post(POLL, "K7Q2", ["yes"]);
  await box.send();
  assert.equal(line.sent.length, 1);
  mock.timers.tick(ANSWER_MS);
  await done;
});

test("storage that is forbidden lasts as long as the page", () => {
  const store = drawer(() => { throw new Error("denied"); });
  assert.equal(store.getItem("x"), null);
  store.setItem("x", "1");
  assert.equal(store.getItem("x"), "1");
  store.removeItem("x");
  assert.equal(store.getItem("x"), null);
});

test("what this phone voted is kept per poll and card, without the choice and without naming the card", () => {
  const store = memory();
  const [mother, son] = ["K7Q29WDMX4TR5", "HQQSBD2FP2D4M"].map((card) => Object.assign(new Receipts(store), { card }));
  mother.keep("p1", { commitment: "c", code: "X" });
  assert.deepEqual(mother.of("p1"), { commitment: "c", code: "X" });
  assert.equal(son.of("p1"), undefined);
  assert.equal(mother.of("p2"), undefined);
  const reloaded = Object.assign(new Receipts(store), { card: mother.card });
  assert.equal(reloaded.of("p1").code, "X");
  assert.ok(!store.getItem("mm-votes").includes("K7Q2"));
});
