/** What is said in the hall: the announcement on every screen, the own place among the speakers, live text. */
import { byId, on } from "./dom.js";

/** @import { State } from "./types.js" */

/**
 * Bring whatever the screen shows of it up to date.
 * @param {State} state
 */
export function showFloor({ notice, speakers, captions }) {
  const [said, main] = [byId("ansage"), byId("inhalt")];
  const text = notice?.text ?? "";
  if (said.textContent !== text) said.textContent = text;
  said.hidden = !text;
  const turn = /** @type {HTMLElement | null} */ (main.querySelector("[data-turn]"));
  if (turn) showTurn(turn, speakers);
  const lines = main.querySelector("[data-lines]");
  if (lines) showLines(lines, captions.lines);
  const off = /** @type {HTMLElement | null} */ (main.querySelector("[data-captions-off]"));
  if (off) off.hidden = captions.on;
}

/**
 * @param {HTMLElement} node
 * @param {State["speakers"]} speakers
 */
function showTurn(node, { now, next }) {
  const { turn, up = "", place = "", over = "" } = node.dataset;
  const at = next.findIndex(({ no }) => String(no) === turn) + 1;
  const text = String(now?.no) === turn ? up : at ? place.replace("{n}", String(at)) : over;
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Add what is newer than the last line shown.
 * @param {Element} list
 * @param {State["captions"]["lines"]} lines
 */
function showLines(list, lines) {
  const form = document.querySelector("[data-reload]"); // there as long as the page is as the server made it
  let isNews = Boolean(form);
  for (const { no, text } of lines) {
    const last = /** @type {HTMLLIElement | null} */ (list.lastElementChild);
    if (last && no <= last.value) continue;
    const line = document.createElement("li");
    [line.value, line.textContent] = [no, text];
    list.append(line);
    isNews = true;
  }
  while (list.children.length > 20) list.firstElementChild?.remove();
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-do=aloud]"))) button.hidden = false;
  form?.remove();
  if (isNews) list.lastElementChild?.scrollIntoView({ block: "nearest" });
}

on("aloud", (button) => {
  const isOn = button.ariaPressed !== "true";
  button.ariaPressed = String(isOn);
  byId("inhalt").querySelector("[data-lines]")?.setAttribute("aria-live", isOn ? "polite" : "off");
});
