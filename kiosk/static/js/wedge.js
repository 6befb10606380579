/** A hand scanner types like a keyboard, only faster, and ends with Enter. People are slower than it ever is. */

const BETWEEN_MS = 80;
const LEAST = 8;

export class Wedge {
  text = "";
  at = 0;

  /**
   * Hear a key; returns a scanned text when one is complete, else "".
   * @param {string} key
   * @param {number} now
   */
  hear(key, now) {
    const isQuick = now - this.at <= BETWEEN_MS;
    const text = isQuick ? this.text : "";
    [this.text, this.at] = ["", now];
    if (key === "Enter") return text.length >= LEAST ? text : "";
    if (key.length === 1) this.text = text + key;
    else if (key === "Shift") this.text = text;
    return "";
  }
}
