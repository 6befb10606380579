/** Reading a screen aloud, sentence by sentence, with clips from our own server. What someone chose only on request. */

/** @typedef {{node: Element, address: string}} Sentence */

/** @param {string} text */
export function lineOf(text) {
  return text.split(/\s+/).filter(Boolean).join(" ");
}

/**
 * The sentences below an element in reading order; the outermost element that has a clip speaks for what is in it.
 * @param {Element} root
 * @param {Record<string, string>} clips
 * @param {boolean} mayBePrivate
 * @returns {Sentence[]}
 */
export function sentencesIn(root, clips, mayBePrivate) {
  if (root instanceof HTMLElement && (root.hidden || (root.dataset.private !== undefined && !mayBePrivate))) return [];
  const text = root.textContent ?? "";
  const address = clips[lineOf(text)] ?? clips[lineOf(text.split("\u2002").at(-1) ?? "")];
  if (address) return [{ node: root, address }];
  return [...root.children].flatMap((child) => sentencesIn(child, clips, mayBePrivate));
}

export class Reader {
  isOn = false;
  isSpeaking = false;
  /** @type {Record<string, string>} */
  clips = {};
  turn = 0;

  constructor() {
    this.audio = new Audio();
  }

  get canSpeak() {
    return Object.keys(this.clips).length > 0;
  }

  /** @param {Element[]} roots */
  async read(roots, mayBePrivate = false) {
    this.hush();
    const own = this.turn;
    this.isSpeaking = true;
    for (const { node, address } of roots.flatMap((root) => sentencesIn(root, this.clips, mayBePrivate))) {
      node.classList.add("mm-speaking");
      await this.play(address);
      node.classList.remove("mm-speaking");
      if (own !== this.turn) return;
    }
    this.isSpeaking = false;
  }

  /** @param {string} address */
  play(address) {
    return new Promise((resolve) => {
      this.audio.onended = this.audio.onerror = this.audio.onpause = resolve;
      this.audio.src = address;
      this.audio.play().catch(resolve);
    });
  }

  /** Be silent now. */
  hush() {
    this.turn += 1;
    this.isSpeaking = false;
    this.audio.pause();
    this.audio.removeAttribute("src");
    document.querySelector(".mm-speaking")?.classList.remove("mm-speaking");
  }
}
