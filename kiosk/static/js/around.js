/** What is not voting: start, dates, help, and what became of a contribution. */
import { make, word } from "../../js/ballot/dom.js";
import { byId } from "../../js/ballot/dom.js";
import { say } from "../../js/ballot/screens.js";
import { complain, problemOf } from "./keypad.js";
import { LENGTHS } from "./codes.js";

/** @import { Kiosk } from "./kiosk.js" */

/**
 * @param {string} moment
 * @param {Intl.DateTimeFormatOptions} [options]
 */
function when(moment, options = { dateStyle: "full", timeStyle: "short" }) {
  return new Intl.DateTimeFormat(byId("app").dataset.tag, { ...options, timeZone: "Europe/Berlin" }).format(new Date(moment));
}

/** @param {Kiosk} kiosk */
export function addScreens(kiosk) {
  Object.assign(kiosk.screens, {
    start() {
      const meeting = kiosk.state?.meeting;
      const today = meeting ? word("today", { title: say(meeting.title) }) : word("nothing");
      kiosk.show("start", { today, hint: word(meeting ? "hint" : "nothing_hint") });
    },
    dates() {
      const dates = kiosk.around?.dates ?? [];
      kiosk.show("dates", { none: !dates.length });
      const rows = dates.map(({ title, starts_at: start }) => make("i-date", { title: say(title), on: when(start) }));
      document.querySelector("[data-dates]")?.replaceChildren(...rows);
    },
    help() {
      kiosk.show("help", kiosk.around?.help ?? {});
    },
  });
}

/**
 * @param {Kiosk} kiosk
 * @param {string} code
 */
export async function lookUp(kiosk, code) {
  const problem = problemOf(code, LENGTHS.receipt, false);
  if (problem) return complain(problem);
  const { session } = kiosk;
  const { status, fields } = await kiosk.server.call(`/api/v1/receipts/${encodeURIComponent(code)}`);
  if (kiosk.session !== session || kiosk.screen !== "receipt") return;
  if (status !== 200) return complain(status === 0 ? "lost" : word(fields.code ?? "") ? fields.code : "unknown_receipt");
  const short = /** @type {Intl.DateTimeFormatOptions} */ ({ dateStyle: "long" });
  kiosk.screens.trace = () => {
    const { ref, text, text_published: published } = fields;
    kiosk.show("trace", { ref, text: published ?? text, received: word("received", { on: when(fields.received_at, short) }) });
    const steps = [...fields.decisions].map((/** @type {any} */ { statement, decided_at: on }) => make("i-step", { title: statement, on: when(on, short) }));
    if (fields.published_at) steps.push(make("i-step", { title: word("published"), on: when(fields.published_at, short) }));
    document.querySelector("[data-steps]")?.replaceChildren(...steps);
    return () => { delete kiosk.screens.trace; };
  };
  kiosk.go("trace");
}
