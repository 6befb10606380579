/** The log's tree (RFC 6962) and its files (C2SP tlog-tiles), recomputed from what the server published. */

import { sha256 } from "../ballot/sha256.js";

export const WIDTH = 256;
const LEAF = 0;
const NODE = 1;

/**
 * @param {number} mark
 * @param {Uint8Array[]} parts
 */
function marked(mark, parts) {
  const joined = new Uint8Array(1 + parts.reduce((size, part) => size + part.length, 0));
  joined[0] = mark;
  let at = 1;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return sha256(joined);
}

/** @param {Uint8Array} entry */
export function leafHash(entry) {
  return marked(LEAF, [entry]);
}

/** A tree that grows leaf by leaf and only keeps the roots of its full subtrees. */
export class Tree {
  constructor() {
    /** @type {{ height: number, hash: Uint8Array }[]} */
    this.edge = [];
    this.size = 0;
  }

  /** @param {Uint8Array} hash the hash of a leaf */
  add(hash) {
    let node = { height: 0, hash };
    let last = this.edge.at(-1);
    while (last && last.height === node.height) {
      this.edge.pop();
      node = { height: node.height + 1, hash: marked(NODE, [last.hash, node.hash]) };
      last = this.edge.at(-1);
    }
    this.edge.push(node);
    this.size += 1;
  }

  /** @returns {Uint8Array} */
  root() {
    const hashes = this.edge.map((node) => node.hash);
    let root = hashes.pop();
    if (!root) return sha256(new Uint8Array());
    while (hashes.length) root = marked(NODE, [/** @type {Uint8Array} */ (hashes.pop()), root]);
    return root;
  }
}

/**
 * Name the entry bundles of a log, in order.
 * @param {number} size
 * @returns {{ path: string, count: number }[]}
 */
export function bundles(size) {
  const found = [];
  for (let start = 0; start < size; start += WIDTH) {
    const count = Math.min(WIDTH, size - start);
    const groups = [];
    let rest = start / WIDTH;
    do {
      groups.unshift(String(rest % 1000).padStart(3, "0"));
      rest = Math.floor(rest / 1000);
    } while (rest);
    const spelt = groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join("/");
    found.push({ path: `tile/entries/${spelt}${count < WIDTH ? `.p/${count}` : ""}`, count });
  }
  return found;
}

/**
 * Cut a bundle into its entries; each stands behind its length in two bytes.
 * @param {Uint8Array} content
 * @param {number} count
 */
export function entriesOf(content, count) {
  const entries = [];
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    const length = (content[at] << 8) | content[at + 1];
    const entry = content.subarray(at + 2, at + 2 + length);
    if (!(entry.length === length)) throw new Error(`bundle ends in entry ${number}`);
    entries.push(entry);
    at += 2 + length;
  }
  if (at !== content.length) throw new Error(`bundle has ${content.length - at} bytes more`);
  return entries;
}
