/**
 * Codes a person reads: the card's, checked before it is sent, and the Prüfnummer of a ballot, made from nonce and
 * commitment. Equals backend/cards/codes.py and backend/transparency/ballots.py, so the phone can tell that the
 * server took exactly what it sent.
 */
import { sha256 } from "./sha256.js";

/** Digits and letters without I, L, O and U, as printed on cards. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** @typedef {(string | number | null)[] | Record<string, number>} Choices canonical, see docs/algorithms/counting.md */

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {number} size */
export function randomHex(size) {
  return hex(crypto.getRandomValues(new Uint8Array(size)));
}

/** @param {string} digits */
function bytesOf(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * @param {string} poll
 * @param {string} nonce 64 hex digits
 * @param {Choices} choices
 * @returns {string} 64 hex digits
 */
export function commitment(poll, nonce, choices) {
  const text = new TextEncoder();
  const head = text.encode(`mach-mit/ballot/v1\0${poll}\0`);
  const tail = text.encode(spelt(choices));
  const message = new Uint8Array(head.length + 32 + tail.length);
  message.set(head);
  message.set(bytesOf(nonce), head.length);
  message.set(tail, head.length + 32);
  return hex(sha256(message));
}

/**
 * Choices as RFC 8785 spells them: JSON.stringify does, but for the order of keys.
 * @param {Choices} choices
 */
function spelt(choices) {
  if (Array.isArray(choices)) return JSON.stringify(choices);
  return `{${Object.keys(choices).sort().map((key) => `"${key}":${choices[key]}`).join()}}`;
}

/**
 * The Prüfnummer: the first 60 bits of a commitment.
 * @param {string} digits
 */
export function trackingCode(digits) {
  const bits = BigInt(`0x${digits.slice(0, 15)}`);
  let code = "";
  for (let place = 55n; place >= 0n; place -= 5n) code += ALPHABET[Number((bits >> place) & 31n)];
  return grouped(code);
}

/**
 * Whether a published file of openings holds a ballot. Every line is checked, so a wrong file cannot say yes.
 * @param {string} poll
 * @param {string} file lines of {"nonce", "choices"}
 * @param {string} own commitment of this phone's ballot
 */
export function holds(poll, file, own) {
  return file.split("\n").filter(Boolean).some((line) => {
    const { nonce, choices } = JSON.parse(line);
    return commitment(poll, nonce, choices) === own;
  });
}

export const LENGTH = 13;

/**
 * Undo what typing adds: an address around the code, blanks, dashes, small letters, look-alikes.
 * @param {string} text
 */
export function normal(text) {
  const typed = text.slice(text.lastIndexOf("#") + 1).toUpperCase();
  return typed.replace(/[\s\-‐-―−_.]+/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}

/**
 * Whether a code can be one: length, characters, check character (weighted sum over GF(32)).
 * @param {string} code
 */
export function isSound(code) {
  let total = 0;
  for (const letter of [...code.slice(0, -1)].reverse()) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return false;
    total = (total ^ value) << 1;
    if (total > 31) total ^= 0b100101;
  }
  return code.length === LENGTH && ALPHABET[total] === code.at(-1);
}

/** @param {string} code */
export function grouped(code) {
  return (code.match(/.{1,4}/g) ?? []).join("-");
}
