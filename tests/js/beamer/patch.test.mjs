import assert from "node:assert/strict";
import { test } from "node:test";

import { patch } from "../../../backend/web/static/js/beamer/patch.js";
import { h } from "./tree.mjs";

test("text changes inside the same nodes", () => {
  const old = h("p", {}, h("b", { class: "n" }, "1"), " von 9");
  const [bold, rest] = old.childNodes;
  patch(old, h("p", {}, h("b", { class: "n big" }, "2"), " von 9"));
  assert.equal(old.text, "2 von 9");
  assert.deepEqual([...old.childNodes], [bold, rest]);
  assert.equal(bold.getAttribute("class"), "n big");
});

test("attributes that are gone are removed", () => {
  const old = h("button", { "aria-disabled": "true", type: "submit" });
  patch(old, h("button", { type: "submit" }));
  assert.equal(old.hasAttribute("aria-disabled"), false);
});

test("an open details stays open", () => {
  const old = h("section", {}, h("details", { open: "" }, "a"));
  patch(old, h("section", {}, h("details", {}, "b")));
  assert.equal(old.children[0].hasAttribute("open"), true);
  assert.equal(old.text, "b");
});

test("what belongs to scripts is left alone", () => {
  const old = h("section", {}, h("p", { "data-kept": "", class: "x" }, "von hier"));
  patch(old, h("section", {}, h("p", { "data-kept": "", class: "y" }, "vom Server")));
  assert.equal(old.text, "von hier");
  assert.equal(old.children[0].getAttribute("class"), "y");
});

test("named nodes keep their identity when the order changes", () => {
  const old = h("ol", {}, h("li", { "data-key": "a" }, "A"), h("li", { "data-key": "b" }, "B"));
  const [a, b] = old.children;
  patch(old, h("ol", {}, h("li", { "data-key": "b" }, "B!"), h("li", { "data-key": "c" }, "C"), h("li", { "data-key": "a" }, "A")));
  assert.equal(old.text, "B!CA");
  assert.equal(old.children[0], b);
  assert.equal(old.children[2], a);
});

test("a named node never becomes another one", () => {
  const old = h("div", {}, h("p", { id: "alt" }, "alt"));
  const gone = old.children[0];
  patch(old, h("div", {}, h("p", { id: "neu" }, "neu")));
  assert.equal(old.text, "neu");
  assert.notEqual(old.children[0], gone);
});

test("what is gone is removed", () => {
  const old = h("ul", {}, h("li", {}, "1"), h("li", {}, "2"), h("li", {}, "3"));
  patch(old, h("ul", {}, h("li", {}, "1")));
  assert.equal(old.text, "1");
  patch(old, h("ul", {}));
  assert.equal(old.childNodes.length, 0);
});
