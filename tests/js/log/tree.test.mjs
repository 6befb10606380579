import assert from "node:assert/strict";
import { test } from "node:test";

import { parseCheckpoint } from "../../../backend/web/static/js/log/checkpoint.js";
import { bundles, entriesOf, leafHash, Tree } from "../../../backend/web/static/js/log/tree.js";

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

test("the tree has the roots of the published test vectors", () => {
  const tree = new Tree();
  assert.equal(hex(tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const leaf of LEAVES) tree.add(leafHash(Buffer.from(leaf, "hex")));
  assert.equal(hex(tree.root()), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
});

test("bundles are named in groups of three digits with a partial last one", () => {
  assert.deepEqual(bundles(300), [{ path: "tile/entries/000", count: 256 }, { path: "tile/entries/001.p/44", count: 44 }]);
  assert.equal(bundles(256 * 1001).at(-1)?.path, "tile/entries/x001/000");
  assert.deepEqual(bundles(0), []);
});

test("a bundle is cut exactly or refused", () => {
  const content = Uint8Array.from([0, 1, 65, 0, 2, 66, 67]);
  assert.deepEqual(entriesOf(content, 2).map(hex), ["41", "4243"]);
  assert.throws(() => entriesOf(content, 1), /bytes more/);
  assert.throws(() => entriesOf(content.subarray(0, 6), 2), /ends/);
});

test("a checkpoint is read with its signatures", () => {
  const root = Buffer.alloc(32, 7).toString("base64");
  const checkpoint = parseCheckpoint(`stadt.example/log/2027\n12\n${root}\n\n— stadt.example/log/2027 AAAAAA==\n`);
  assert.equal(checkpoint.size, 12);
  assert.equal(checkpoint.root.length, 32);
  assert.deepEqual(checkpoint.signatures.map((line) => line.name), ["stadt.example/log/2027"]);
});
