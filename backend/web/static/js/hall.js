/**
 * What the hall says, on the phone: the announcement on every screen, the own place among the speakers, live text, the
 * questions this phone asked. Fetched after the ballot, which needs none of it; it watches what the ballot's script
 * knows of the meeting, so it can come at any time or never.
 */
import { drawer } from "./ballot/store.js";

/** @import { Hall } from "./ballot/hall.js" */
/** @import { State } from "./ballot/types.js" */

const LOOK_MS = 400;
const LINES = 20;
const KEPT = "mm-asked"; // request keys of own questions; nobody else knows them
const KEPT_CHARS = 659; // twenty keys

const { hall } = /** @type {{hall: Hall}} */ (/** @type {unknown} */ (globalThis));
const phone = drawer(() => localStorage);

/**
 * Bring whatever the screen shows up to date.
 * @param {State} state
 */
function show({ notice, speakers, captions }) {
  write("#ansage", notice?.text ?? "");
  hide("#ansage", !notice);
  const turn = find("[data-turn]");
  if (turn) write("[data-turn]", turnOf(turn.dataset, speakers));
  const lines = find("[data-lines]");
  if (lines) showLines(lines, captions.lines);
  hide("[data-captions-off]", captions.on);
}

/**
 * @param {DOMStringMap} words
 * @param {State["speakers"]} speakers
 */
export function turnOf({ turn, up = "", place = "", over = "" }, { now, next }) {
  const at = next.findIndex(({ no }) => String(no) === turn) + 1;
  if (String(now?.no) === turn) return up;
  return at ? place.replace("{n}", String(at)) : over;
}

/**
 * Add what is newer than the last line shown.
 * @param {HTMLElement} list
 * @param {State["captions"]["lines"]} lines
 */
function showLines(list, lines) {
  const form = find("[data-reload]"); // there as long as the page is as the server made it
  let isNews = Boolean(form);
  for (const { no, text } of lines) {
    const last = /** @type {HTMLLIElement | null} */ (list.lastElementChild);
    if (last && no <= last.value) continue;
    const line = document.createElement("li");
    [line.value, line.textContent, isNews] = [no, text, true];
    list.append(line);
  }
  while (list.children.length > LINES) list.firstElementChild?.remove();
  hide("[data-do=aloud]", false);
  form?.remove();
  if (isNews) list.lastElementChild?.scrollIntoView({ block: "nearest" });
}

function remember() {
  const key = find("[data-asked]")?.dataset.asked;
  const known = phone.getItem(KEPT) ?? "";
  if (key && !known.includes(key)) phone.setItem(KEPT, `${key} ${known}`.slice(0, KEPT_CHARS).trim());
}

/**
 * Let the page of questions know which of them this phone asked.
 * @param {SubmitEvent} event
 */
function tell(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  const isAbout = new URL(address).pathname.startsWith("/s/fragen");
  let field = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=keys]"));
  if (isAbout && !field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "keys" });
    form.append(field);
  }
  if (field) [field.disabled, field.value] = [!isAbout, phone.getItem(KEPT) ?? ""];
}

/** @param {Event} event */
function readAloud({ target }) {
  const button = target instanceof Element ? target.closest("[data-do=aloud]") : null;
  if (!button) return;
  const isOn = button.ariaPressed !== "true";
  button.ariaPressed = String(isOn);
  find("[data-lines]")?.setAttribute("aria-live", isOn ? "polite" : "off");
}

/** @param {string} what */
function find(what) {
  return /** @type {HTMLElement | null} */ (document.querySelector(what));
}

/**
 * @param {string} what
 * @param {string} text
 */
function write(what, text) {
  const node = find(what);
  if (node && node.textContent !== text) node.textContent = text;
}

/**
 * @param {string} what
 * @param {boolean} isHidden
 */
function hide(what, isHidden) {
  const node = find(what);
  if (node) node.hidden = isHidden;
}

if (globalThis.document) {
  document.addEventListener("submit", tell, true);
  document.addEventListener("click", readAloud);
  setInterval(() => {
    if (hall.state) show(hall.state);
    remember();
  }, LOOK_MS);
}
