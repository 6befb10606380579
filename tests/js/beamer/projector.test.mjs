import assert from "node:assert/strict";
import { test } from "node:test";

import { Freshness } from "../../../backend/web/static/js/beamer/freshness.js";
import { Refresher } from "../../../backend/web/static/js/beamer/refresher.js";
import { isNews, reveal } from "../../../backend/web/static/js/beamer/reveal.js";
import { countdown, secondsLeft, share, tick } from "../../../backend/web/static/js/beamer/ticks.js";

test("the countdown rounds up and stops at zero", () => {
  assert.equal(secondsLeft(10_000, 0), 10);
  assert.equal(secondsLeft(10_000, 9_001), 1);
  assert.equal(secondsLeft(10_000, 60_000), 0);
  assert.equal(countdown(84), "1:24");
  assert.equal(countdown(5), "0:05");
});

test("the clock shows the time of the hall, wherever the device thinks it is", () => {
  const clock = { textContent: "" };
  const root = { querySelectorAll: (selector) => (selector === "[data-clock]" ? [clock] : []) };
  tick(root, Date.parse("2027-03-11T17:30:00Z"));
  assert.equal(clock.textContent, "18:30");
});

test("a share is never more than everything and nothing of nothing", () => {
  assert.equal(share(87, 126), 69.05);
  assert.equal(share(3, 2), 100);
  assert.equal(share(0, 0), 0);
});

/** A clock that runs what waits when told. */
function waiting() {
  const jobs = [];
  return { jobs, wait: (act, ms) => jobs.push({ act, ms }), next: () => jobs.shift().act() };
}

test("many events lead to one fetch", async () => {
  const { jobs, wait, next } = waiting();
  const applied = [];
  const refresher = new Refresher({ load: async () => "neu", apply: (html) => applied.push(html), wait });
  refresher.soon();
  refresher.soon();
  assert.equal(jobs.length, 1);
  await next();
  assert.deepEqual(applied, ["neu"]);
  assert.equal(jobs.length, 0);
});

test("what happens during a fetch leads to one more", async () => {
  const { jobs, wait, next } = waiting();
  const refresher = new Refresher({ load: async () => { refresher.soon(); return ""; }, apply: () => {}, wait });
  refresher.soon();
  await next();
  assert.equal(jobs.length, 1);
});

test("a failed fetch is tried again later and said", async () => {
  const { jobs, wait, next } = waiting();
  const said = [];
  const load = async () => { throw new Error("offline"); };
  const refresher = new Refresher({ load, apply: () => {}, status: (works) => said.push(works), wait });
  refresher.soon();
  await next();
  assert.deepEqual(said, [false]);
  assert.ok(jobs[0].ms >= 1_000);
});

test("the badge comes after ten silent seconds and goes with the next word", () => {
  const badge = { hidden: true, textContent: "", dataset: { words: "Stand von {time}" } };
  const freshness = new Freshness(badge, 0);
  freshness.check(10_000);
  assert.equal(badge.hidden, true);
  freshness.check(10_001);
  assert.equal(badge.hidden, false);
  assert.match(badge.textContent, /^Stand von \d\d:\d\d:\d\d$/);
  freshness.heard(12_000);
  assert.equal(badge.hidden, true);
});

test("only a new result is revealed step by step", () => {
  assert.equal(isNews({ screen: "closed", poll: "a" }, { screen: "result", poll: "a" }), true);
  assert.equal(isNews({ screen: "result", poll: "a" }, { screen: "result", poll: "a" }), false);
  assert.equal(isNews({ screen: "result", poll: "a" }, { screen: "result", poll: "b" }), true);
  const { jobs, wait } = waiting();
  const row = () => ({ classes: new Set(), classList: { add: () => {}, remove: () => {} } });
  reveal({ querySelectorAll: () => [row(), row()] }, wait);
  assert.equal(jobs.length, 2);
  assert.ok(jobs[1].ms > jobs[0].ms);
});
