/** The captioner's page: Enter sends without leaving the field. The answer is the page the browser would show. */

import { patch } from "../../js/beamer/patch.js";
import { isFull, Typist } from "./typist.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("tippen"));
const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));
const waits = /** @type {HTMLElement} */ (document.getElementById("wartet"));
const SHOWN = ["gesagt", "aus", "problem"];

const typist = new Typist({
  post,
  newKey: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  waiting: (text) => { waits.textContent = text && (waits.dataset.words ?? "").replace("{text}", text); },
  refused: (text) => { field.value = `${text} ${field.value}`.trim(); },
  rest: (ms) => new Promise((resolve) => { setTimeout(resolve, ms); }),
  limit: field.maxLength,
});

/**
 * @param {string} text
 * @param {string} key
 * @returns {Promise<import("./typist.js").Outcome>}
 */
async function post(text, key) {
  const fields = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  fields.set("text", text);
  fields.set("_key", key);
  try {
    const answer = await fetch(location.href, { method: "POST", body: fields });
    if (answer.status === 429 || answer.status >= 500) return "later";
    show(await answer.text());
    return answer.ok ? "taken" : "refused";
  } catch {
    return "later";
  }
}

/** @param {string} html */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const id of SHOWN) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) patch(old, fresh);
  }
  document.getElementById("gesagt")?.lastElementChild?.scrollIntoView({ block: "nearest" });
}

function send() {
  const text = field.value.trim();
  field.value = "";
  if (text) typist.say(text);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
  field.focus();
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
field.addEventListener("input", () => { if (isFull(field.value)) send(); });
