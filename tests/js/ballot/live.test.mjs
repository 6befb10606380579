import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Live, QUIET_MS, STALE_MS } from "../../../backend/web/static/js/ballot/live.js";

/** A socket that does what the test says. */
class Wire {
  static all = [];
  constructor(url, protocol) {
    Object.assign(this, { url, protocol, readyState: 0, sent: [] });
    Wire.all.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.();
  }
}

let heard;
let statuses;
let asked;

function connect(answer = () => { throw new TypeError("no network"); }) {
  const live = new Live({
    meeting: "m1",
    hello: () => ({ card: "K7Q2", since: heard.length ? 7 : undefined }),
    hear: (message) => heard.push(message),
    status: (status) => statuses.push(status),
    Socket: Wire,
    ask: async (path) => {
      asked.push(path);
      return answer();
    },
  });
  live.start();
  return live;
}

beforeEach(() => {
  [Wire.all, heard, statuses, asked] = [[], [], [], []];
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  mock.method(Math, "random", () => 0.5);
  globalThis.location = { host: "saal.local:8000", protocol: "http:" };
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test("says hello with its protocol and is open after the welcome", () => {
  const live = connect();
  const [wire] = Wire.all;
  assert.equal(wire.url, "ws://saal.local:8000/live/m1");
  assert.equal(wire.protocol, "machmit.v1");
  wire.open();
  assert.deepEqual(wire.sent, [{ t: "hello", card: "K7Q2" }]);
  assert.ok(!live.isOpen);
  wire.say({ t: "welcome", seq: 7 });
  assert.ok(live.isOpen);
  assert.ok(live.send({ t: "ping" }));
  live.stop();
});

test("comes back after random waits that grow, resumes after the last number", () => {
  const live = connect();
  Wire.all[0].open();
  Wire.all[0].say({ t: "welcome", seq: 7 });
  Wire.all[0].close();
  assert.equal(statuses.at(-1), "off");
  mock.timers.tick(499);
  assert.equal(Wire.all.length, 1);
  mock.timers.tick(1);
  Wire.all[1].open();
  assert.deepEqual(Wire.all[1].sent, [{ t: "hello", card: "K7Q2", since: 7 }]);
  Wire.all[1].close();
  mock.timers.tick(999);
  assert.equal(Wire.all.length, 2);
  mock.timers.tick(1);
  assert.equal(Wire.all.length, 3);
  live.stop();
});

test("asks for a sign of life when it is quiet and gives a silent line up", () => {
  const live = connect();
  const [wire] = Wire.all;
  wire.open();
  wire.say({ t: "welcome", seq: 7 });
  mock.timers.tick(QUIET_MS + 1_000);
  assert.equal(wire.sent.at(-1).t, "ping");
  wire.say({ t: "pong" });
  assert.equal(heard.length, 1);
  mock.timers.tick(STALE_MS + 1_000);
  assert.ok(statuses.includes("stale"));
  assert.equal(wire.readyState, 3);
  assert.ok(!live.isOpen);
  live.stop();
});

test("falls back to plain requests where sockets are blocked", async () => {
  const state = { seq: 9, polls: [] };
  const answer = () => ({ ok: true, headers: new Map([["date", "Thu, 11 Mar 2027 18:00:00 GMT"]]), json: async () => state });
  const live = connect(answer);
  for (let failure = 0; failure < 3; failure += 1) {
    Wire.all.at(-1).close();
    mock.timers.tick(8_000);
    await new Promise(setImmediate);
  }
  assert.equal(asked[0], "/api/v1/meetings/m1/state");
  assert.deepEqual(heard[0].state, state);
  assert.equal(statuses.at(-1), "on");
  mock.timers.tick(6_000);
  await new Promise(setImmediate);
  assert.equal(asked.at(-1), "/api/v1/meetings/m1/state?since=7&wait=20");
  live.stop();
});

test("a socket that was replaced is not listened to any more", () => {
  const live = connect();
  const [old] = Wire.all;
  old.open();
  old.say({ t: "welcome", seq: 7 });
  mock.timers.tick(STALE_MS + 1_000);
  const before = heard.length;
  old.say({ t: "event", seq: 8 });
  assert.equal(heard.length, before);
  live.stop();
});

test("nothing leaves a line that is not open", () => {
  const live = connect();
  assert.ok(!live.send({ t: "ping" }));
  live.stop();
});
