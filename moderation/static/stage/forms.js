/**
 * Send the console's forms without leaving the page. The answer is the same page the browser would have come to, so
 * everything works alike without scripts. A second click on what has just changed its word is a double click.
 */

const SETTLE_MS = 700;

/**
 * Whether a click came so soon after the button's meaning changed that it was meant for what stood there before.
 * @param {number} now
 * @param {number} changedAt
 */
export function isDoubleClick(now, changedAt) {
  return now - changedAt < SETTLE_MS;
}

/**
 * The address of a page without the message it carried.
 * @param {string} address
 */
export function bare(address) {
  const url = new URL(address);
  url.searchParams.delete("meldung");
  return url.pathname + url.search;
}

/**
 * @param {object} wiring
 * @param {(html: string, address: string) => boolean} wiring.apply returns whether the page was the console
 * @param {(isBusy: boolean) => void} wiring.busy
 * @param {() => void} wiring.lost
 * @param {() => number} wiring.changedAt
 */
export function send({ apply, busy, lost, changedAt }) {
  let isBusy = false;
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method !== "post") return;
    event.preventDefault();
    const button = /** @type {HTMLElement | null} */ (event.submitter);
    if (isBusy || (button?.dataset.deed && isDoubleClick(Date.now(), changedAt()))) return;
    isBusy = true;
    busy(true);
    try {
      const fields = /** @type {any} */ (new FormData(form, button));
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
      if (!apply(await answer.text(), answer.url)) location.reload();
      else if (!document.querySelector("#meldungen .mm-change--warn")) done(form);
    } catch {
      lost();
    }
    isBusy = false;
    busy(false);
  });
}

/** @param {HTMLFormElement} form */
function done(form) {
  const fold = form.closest("details");
  if (!fold) return;
  form.reset();
  const hadFocus = fold.contains(document.activeElement);
  fold.open = false;
  if (hadFocus) fold.querySelector("summary")?.focus();
}
