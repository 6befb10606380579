/** Card codes as people type and scan them. Equals backend/cards/codes.py. */
import { ALPHABET } from "./commitment.js";

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
