/** SHA-256 (FIPS 180-4). Own code because `crypto.subtle` exists only on HTTPS, and a hall's laptop speaks HTTP. */

/** The first 32 bits of the fractional parts of roots of primes, as the standard defines its constants. */
const [ROUNDS, START] = constants();

/** @returns {[Int32Array, Int32Array]} */
function constants() {
  const rounds = new Int32Array(64);
  const start = new Int32Array(8);
  let found = 0;
  for (let number = 2; found < 64; number += 1) {
    let divisor = 2;
    while (number % divisor) divisor += 1;
    if (divisor < number) continue;
    if (found < 8) start[found] = fraction(Math.sqrt(number));
    rounds[found] = fraction(Math.cbrt(number));
    found += 1;
  }
  return [rounds, start];
}

/** @param {number} root */
function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

/**
 * @param {number} word
 * @param {number} bits
 */
function turn(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/**
 * @param {Uint8Array} message
 * @returns {Uint8Array} 32 bytes
 */
export function sha256(message) {
  const size = ((message.length + 72) >> 6) << 6;
  const padded = new Uint8Array(size);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(size - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(size - 4, message.length << 3);
  const state = START.slice();
  const words = new Int32Array(64);
  for (let at = 0; at < size; at += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(at + 4 * i);
    compress(state, words);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

/**
 * @param {Int32Array} state
 * @param {Int32Array} words the block in the first 16, the rest is schedule
 */
function compress(state, words) {
  for (let i = 16; i < 64; i += 1) {
    const a = words[i - 15], b = words[i - 2];
    const low = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const high = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    words[i] = words[i - 16] + low + words[i - 7] + high;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i];
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
}
