/**
 * When to ask "Sind Sie noch da?" and when to clear. Pure: it is told the time. After a vote the screen clears sooner
 * and says so; while something is spoken, time stands still.
 */

export const QUIET_MS = 60_000;
export const WARNING_MS = 20_000;
export const DONE_MS = 45_000;

/** @typedef {"quiet" | "ask" | "clear"} Verdict */

export class Idle {
  since = 0;
  isDone = false;
  isAsking = false;

  /** @param {number} now */
  touch(now) {
    this.since = now;
    this.isAsking = false;
  }

  /**
   * A screen that clears itself begins its countdown.
   * @param {number} now
   */
  begin(now, isDone = false) {
    this.isDone = isDone;
    this.touch(now);
  }

  /** Milliseconds until the screen clears. @param {number} now */
  left(now) {
    return Math.max(0, this.since + (this.isDone ? DONE_MS : QUIET_MS + WARNING_MS) - now);
  }

  /**
   * @param {number} now
   * @param {boolean} isPaused
   * @returns {Verdict}
   */
  tick(now, isPaused) {
    if (isPaused) {
      this.touch(now);
      return "quiet";
    }
    const left = this.left(now);
    if (!left) return "clear";
    this.isAsking = !this.isDone && left <= WARNING_MS;
    return this.isAsking ? "ask" : "quiet";
  }
}
