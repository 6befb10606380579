/**
 * Watches a rehearsal: asks for the page again every few seconds, moves the mark from step to step, and shows the report
 * when it is there. Without scripts the page has a link that does the same by hand.
 */

const AGAIN_MS = 3000;

/** @param {HTMLElement} steps */
async function lookAgain(steps) {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-mm-rehearsal]");
      if (!(fresh instanceof HTMLElement)) {
        location.reload();
        return;
      }
      if (fresh.innerHTML !== steps.innerHTML) steps.innerHTML = fresh.innerHTML;
    }
  } catch {
    // no network for a moment; the next look may have it
  }
  setTimeout(() => void lookAgain(steps), AGAIN_MS);
}

const steps = document.querySelector("[data-mm-rehearsal]");
if (steps instanceof HTMLElement) setTimeout(() => void lookAgain(steps), AGAIN_MS);
