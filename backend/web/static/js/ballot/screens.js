/** Screens that only show: what they say is decided by the state, never by this phone. */
import { readable } from "./choices.js";
import { make, word } from "./dom.js";

/** @import { Hall } from "./hall.js" */
/** @import { Poll } from "./types.js" */
/** @import { Line } from "./lines.js" */
/** @import { Choices } from "./codes.js" */

/** @param {Record<string, string>} texts */
export function say(texts) {
  const { lang } = /** @type {HTMLElement} */ (document.getElementById("app")).dataset;
  return texts[lang ?? "de"] || texts.de || Object.values(texts)[0] || "";
}

/**
 * @param {Hall} hall
 * @param {Poll | null} poll
 */
export function valuesOf(hall, poll) {
  if (!poll) return { pause: hall.state?.meeting.pause_note };
  const polls = (hall.state?.polls ?? []).filter((each) => !["cancelled", "void"].includes(each.state));
  const { phone = 0, kiosk = 0, paper = 0 } = poll.cards ?? {};
  const state = word("counted");
  return {
    question: say(poll.question),
    n: polls.indexOf(poll) + 1,
    total: polls.length,
    used: poll.used,
    entitled: poll.entitled,
    phone,
    kiosk,
    paper,
    phone_state: state,
    kiosk_state: state,
    paper_state: paper ? word("counting") : state,
    words: poll.type === "words",
    listed: poll.type !== "words",
    change: poll.change_until_close,
    final: !poll.change_until_close,
  };
}

/**
 * List what was chosen where the screen has a place for it.
 * @param {Poll} poll
 * @param {Line[]} lines
 * @param {Choices} choices
 */
export function listChosen(poll, lines, choices) {
  const items = readable(poll, lines, choices).map((parts) => {
    const item = document.createElement("li");
    item.textContent = parts.filter(Boolean).join("\u2002");
    return item;
  });
  document.querySelector("[data-chosen]")?.replaceChildren(...items);
}

/**
 * The agenda as a Spur.
 * @param {HTMLElement} main
 * @param {Hall} hall
 */
export function fillAgenda(main, hall) {
  const { agenda = [], polls = [] } = hall.state ?? {};
  const items = agenda.map((item) => {
    const votes = polls.filter((poll) => poll.agenda_item === item.id).length;
    const [isDone, isNow] = [item.state === "done", item.state === "active"];
    const off = ["postponed", "withdrawn"].includes(item.state);
    const row = make("i-item", { title: say(item.title), done: isDone, now: isNow, off, votes: isNow ? 0 : votes });
    const line = /** @type {HTMLElement} */ (row.firstElementChild);
    line.className = isDone ? "is-done" : isNow ? "is-now" : "is-open";
    if (isNow) line.setAttribute("aria-current", "step");
    return row;
  });
  main.querySelector("[data-agenda]")?.replaceChildren(...items);
}

/**
 * The consultative sentence, its first sentence strong.
 * @param {Hall} hall
 */
export function fillNotice(hall) {
  const slot = /** @type {HTMLElement | null} */ (document.querySelector("[data-notice]"));
  const text = say(hall.state?.meeting.notice ?? {});
  if (!slot || !text) return;
  const end = text.includes("\n") ? -1 : text.indexOf(". ");
  const first = document.createElement("strong");
  first.textContent = text.slice(0, end + 1);
  slot.firstElementChild?.replaceChildren(first, text.slice(end + 1));
  slot.hidden = false;
}

/**
 * How long until a poll ends, as m:ss; empty while no end is set.
 * @param {Poll | null} poll
 * @param {number} now by the server's clock
 */
export function timeLeft(poll, now) {
  const end = poll?.grace_ends_at ?? poll?.last_call_ends_at;
  if (!poll || !end || !["open", "closing"].includes(poll.state)) return "";
  const seconds = Math.max(0, Math.ceil((Date.parse(end) - now) / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
