/** Screens that only show: what they say is decided by the state, never by this phone. */
import { fill, make, word } from "./dom.js";

/** @import { Hall } from "./hall.js" */
/** @import { Poll } from "./types.js" */

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
  if (!poll) return {};
  const polls = (hall.state?.polls ?? []).filter((each) => !["cancelled", "void"].includes(each.state));
  const { status, valid, invalid, n_min: least } = poll.result ?? {};
  const isCounting = ["closing", "closed", "counting"].includes(poll.state);
  const invalids = invalid ? ` · ${word("invalid", { n: invalid })}` : "";
  return {
    question: say(poll.question),
    n: polls.indexOf(poll) + 1,
    total: polls.length,
    used: poll.used,
    entitled: poll.entitled,
    phone: poll.cards?.phone ?? 0,
    kiosk: poll.cards?.kiosk ?? 0,
    paper: poll.cards?.paper ?? 0,
    phone_state: word("counted"),
    kiosk_state: word("counted"),
    paper_state: word(isCounting && poll.sheets_out ? "counting" : "counted"),
    change: poll.change_until_close,
    final: !poll.change_until_close,
    [status ?? "none"]: true,
    sums: status ? word("sums", { valid }) + invalids : "",
    n_min: least,
  };
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
    const row = make("i-item", { title: say(item.title), done: isDone, now: isNow, votes: isNow ? 0 : votes });
    const line = /** @type {HTMLElement} */ (row.firstElementChild);
    line.className = isDone ? "is-done" : isNow ? "is-now" : "is-open";
    if (isNow) line.setAttribute("aria-current", "step");
    return row;
  });
  main.querySelector("[data-agenda]")?.replaceChildren(...items);
}

/**
 * The questions from the hall, kept in place while they change, so that nobody's finger misses.
 * @param {HTMLElement} main
 * @param {Hall} hall
 * @param {string[]} supported ids this phone has supported
 */
export function fillQuestions(main, hall, supported) {
  const list = /** @type {HTMLElement} */ (main.querySelector("[data-asks]"));
  const seen = (hall.state?.questions ?? []).filter((each) => each.text && each.state !== "held");
  for (const question of seen) {
    let row = /** @type {HTMLElement | null} */ (list.querySelector(`[data-id="${question.id}"]`));
    if (!row) {
      row = /** @type {HTMLElement} */ (make("i-ask").firstElementChild);
      row.dataset.id = question.id;
      list.append(row);
    }
    const { text, votes, state } = question;
    fill(row, { text, votes, next: state === "on_stage", answered: state === "answered", deferred: state === "deferred" });
    row.querySelector("button")?.setAttribute("aria-pressed", String(supported.includes(question.id)));
  }
  return seen.length;
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
  slot.replaceChildren(first, text.slice(end + 1));
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
