/** From the code on the card to its meeting: scanned or typed, checked here first, then by the server. */
import { grouped, isSound, LENGTH, normal } from "./codes.js";
import { byId, word } from "./dom.js";
import { ask } from "./asking.js";

/** @import { Drawer } from "./store.js" */

/**
 * The card of this tab: from the address after "#", which no server sees, else from before a reload. It leaves the
 * address at once, so that it stands in no history and on no shared screen.
 * @param {Drawer} tab
 */
function cardOfTab(tab) {
  const scanned = normal(decodeURIComponent(location.hash));
  if (scanned.length < LENGTH) return tab.getItem("mm-card") ?? "";
  history.replaceState(null, "", location.pathname + location.search);
  tab.removeItem("mm-meeting");
  return scanned;
}

/**
 * @param {Drawer} tab
 * @param {(card: string, meeting: string) => void} begin
 */
export function enter(tab, begin) {
  const field = /** @type {HTMLInputElement} */ (byId("code"));
  const hint = byId("code-hint");
  let isBusy = false;

  /** @param {string} [problem] key of a sentence, or nothing when all is well */
  function tell(problem) {
    const place = byId("code-bad");
    place.hidden = !problem;
    field.classList.toggle("is-bad", Boolean(problem));
    field.setAttribute("aria-invalid", String(Boolean(problem)));
    if (!problem) return;
    /** @type {HTMLElement} */ (place.lastElementChild).textContent = word(problem) || word("lost");
    field.focus();
  }

  /** @param {string} code */
  async function check(code) {
    if (code.length !== LENGTH) return tell("length");
    if (!isSound(code)) return tell("bad");
    const known = tab.getItem("mm-card") === code && tab.getItem("mm-meeting");
    if (known) return begin(code, known);
    if (isBusy) return;
    isBusy = true;
    const body = JSON.stringify({ card: code });
    const headers = { "Content-Type": "application/json" };
    try {
      const answer = await ask("/api/v1/cards/check", { method: "POST", headers, body });
      const found = await answer.json();
      if (!answer.ok) return tell(found.code);
      tab.setItem("mm-card", code);
      tab.setItem("mm-meeting", found.meeting);
      begin(code, found.meeting);
    } catch {
      tell("lost");
    } finally {
      isBusy = false;
    }
  }

  field.addEventListener("input", () => {
    tell();
    hint.textContent = word("chars", { n: normal(field.value).length });
  });
  field.addEventListener("blur", () => { field.value = grouped(normal(field.value)); });
  byId("karte").addEventListener("submit", (event) => {
    event.preventDefault();
    check(normal(field.value));
  });
  globalThis.addEventListener("hashchange", () => location.reload());
  const card = cardOfTab(tab);
  if (!card) return;
  field.value = grouped(card);
  check(card);
}
