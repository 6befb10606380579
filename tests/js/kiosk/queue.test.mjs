import assert from "node:assert/strict";
import { test } from "node:test";

import { kiosk } from "./sources.mjs";

const { isFinal, LIMIT, Queue, QueueFull } = await kiosk("queue");

function shelf() {
  const kept = new Map();
  return {
    kept,
    all: async () => [...kept.values()],
    put: async (cast) => { kept.set(cast.id, cast); },
    remove: async (id) => { kept.delete(id); },
  };
}

function ballot(id, extra = {}) {
  return { id, poll: "p", card: `card-${id}`, choices: ["yes"], nonce: "00", pad: 256, ...extra };
}

const OK = { status: 201, fields: {} };
const SILENCE = { status: 0, fields: {} };

test("a ballot is kept before it is sent and gone after the answer", async () => {
  const place = shelf();
  const seen = [];
  const queue = new Queue(place, async (cast) => { seen.push(place.kept.has(cast.id)); return OK; });
  await queue.add(ballot("a"));
  await queue.deliver(ballot("a"));
  assert.deepEqual([seen, place.kept.size, queue.waiting], [[true], 0, 0]);
});

test("a ballot whose answer was lost is sent again with the same key and counts once", async () => {
  const box = new Map();
  let isFirst = true;
  const queue = new Queue(shelf(), async (cast) => {
    box.set(cast.id, (box.get(cast.id) ?? 0) + 1);
    if (!isFirst) return { status: 200, fields: {} };
    isFirst = false;
    return SILENCE;
  });
  await queue.add(ballot("a"));
  assert.equal((await queue.deliver(ballot("a"))).status, 0);
  assert.equal(queue.waiting, 1);
  await queue.flush(1_000_000);
  assert.deepEqual([...box], [["a", 2]]);
  assert.equal(queue.waiting, 0);
});

test("a thousand ballots arrive exactly once although every first answer was lost", async () => {
  const tries = new Map();
  const queue = new Queue(shelf(), async ({ id }) => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    return tries.get(id) === 1 ? SILENCE : OK;
  });
  queue.count = async () => (queue.waiting = (await queue.shelf.all()).length);
  for (let n = 0; n < LIMIT; n += 1) await queue.add(ballot(`b${n}`));
  for (let now = 1e6; queue.waiting && now < 1e9; now += 1e5) await queue.flush(now);
  assert.deepEqual([queue.waiting, tries.size], [0, LIMIT]);
});

test("a full queue refuses a new ballot and drops none", async () => {
  const place = shelf();
  const queue = new Queue(place, async () => SILENCE);
  for (let n = 0; n < LIMIT; n += 1) place.kept.set(`b${n}`, ballot(`b${n}`));
  await assert.rejects(queue.add(ballot("late")), QueueFull);
  assert.deepEqual([place.kept.size, place.kept.has("late"), queue.isFull], [LIMIT, false, true]);
});

test("after silence the next round waits", async () => {
  let sent = 0;
  const queue = new Queue(shelf(), async () => { sent += 1; return SILENCE; });
  await queue.add(ballot("a"));
  await queue.flush(1_000);
  await queue.flush(1_001);
  assert.equal(sent, 1);
});

test("the same card on the same question is known while it waits", async () => {
  const queue = new Queue(shelf(), async () => SILENCE);
  await queue.add(ballot("a"));
  assert.deepEqual([await queue.holds("p", "card-a"), await queue.holds("q", "card-a")], [true, false]);
});

test("only the server's yes or no settles a ballot", () => {
  const settled = [201, 200, 409, 422, 404].map((status) => isFinal({ status, fields: {} }));
  const open = [0, 500, 503, 429, 408, 401].map((status) => isFinal({ status, fields: {} }));
  assert.ok(settled.every(Boolean) && !open.some(Boolean));
  assert.ok(isFinal({ status: 403, fields: { code: "card_void" } }));
  assert.ok(!isFinal({ status: 403, fields: { code: "forbidden" } }));
});
