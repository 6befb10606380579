/** A result that has just come appears answer by answer; whoever asked for less motion sees it at once. */

const STEP_MS = 700;

/**
 * @param {ParentNode} root
 * @param {(act: () => void, ms: number) => unknown} [wait]
 */
export function reveal(root, wait = setTimeout) {
  if (globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches) return;
  const rows = [...root.querySelectorAll(".mm-res__row, tbody tr")];
  for (const [position, row] of rows.entries()) {
    row.classList.add("is-coming");
    wait(() => row.classList.remove("is-coming"), STEP_MS * (position + 1));
  }
}

/**
 * Whether a screen shows a result that was not there before.
 * @param {{screen?: string, poll?: string}} before
 * @param {{screen?: string, poll?: string}} after
 */
export function isNews(before, after) {
  return after.screen === "result" && (before.screen !== "result" || before.poll !== after.poll);
}
