/**
 * Pages of the server inside the running screen: questions, agenda, results and everything rare. They are the same
 * pages that work without a script; only their middle and their bottom are taken over.
 */
import { holds } from "./codes.js";
import { byId, fill, replace } from "./dom.js";
import { ask } from "./asking.js";

/** @import { Poll } from "./types.js" */

const SPREAD_MS = 2_000; // a hall that wants to see the result does not ask in the same instant

let asked = 0; // the newest request wins

/**
 * @param {string} path
 * @param {URLSearchParams} fields
 * @returns {Promise<HTMLElement | null>} the new middle, or null when the page did not come or is no longer wanted
 */
export async function visit(path, fields) {
  asked += 1;
  const own = asked;
  try {
    const answer = await ask(path + location.search, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [main, bottom] = [page.getElementById("inhalt"), page.getElementById("app")?.lastElementChild];
    return main && bottom && own === asked ? replace([...main.childNodes], bottom) : null;
  } catch {
    return null;
  }
}

/**
 * A poll's page, or without one the overview.
 * @param {Poll | null} poll
 * @param {string} card
 */
export async function visitPoll(poll, card) {
  const wait = poll?.result ? Math.random() * SPREAD_MS : 0;
  if (wait) await new Promise((resolve) => { setTimeout(resolve, wait); });
  return visit(poll ? "/s/frage" : "/s", new URLSearchParams({ card, ...(poll && { poll: poll.id }) }));
}

/**
 * Look for this phone's ballot in the published list; silent while there is no list.
 * @param {HTMLElement} main the visited result
 * @param {string} poll
 * @param {{commitment: string, code: string}} own
 */
export async function findOwn(main, poll, own) {
  const answer = await ask(`/api/v1/polls/${poll}/openings.jsonl`);
  if (!answer.ok) return;
  const name = holds(poll, await answer.text(), own.commitment) ? "found" : "missing";
  const box = /** @type {HTMLElement | null} */ (main.querySelector(`[data-own=${name}]`));
  if (!box) return;
  fill(box, { code: own.code });
  box.hidden = false;
}

/**
 * Let forms of visited pages, and the tabs, be sent by `go` instead of loading a page.
 * @param {(path: string, fields: URLSearchParams) => void} go
 */
export function listenToForms(go) {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    const action = button?.hasAttribute("formaction") ? button.formAction : form.action;
    const fields = new URLSearchParams();
    new FormData(form).forEach((value, name) => fields.append(name, String(value)));
    go(new URL(action).pathname, fields);
  });
}

/**
 * Pages show numbers of their moment; keep those of visible questions current.
 * @param {{id: string, votes: number}} question
 */
export function updateVotes({ id, votes }) {
  const place = byId("inhalt").querySelector(`[data-question="${id}"] [data-votes]`);
  if (place) place.textContent = String(votes);
}
