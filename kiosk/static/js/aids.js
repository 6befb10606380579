/** Language, contrast and size: set for one person, forgotten with them. */
import { byId } from "../../js/ballot/dom.js";

/** @type {Map<string, Document>} pages by language, so that a switch works without a network */
const pages = new Map();

/** @param {string} code */
async function pageIn(code) {
  const known = pages.get(code);
  if (known) return known;
  const answer = await fetch(`/kiosk?lang=${code}`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  pages.set(code, page);
  return page;
}

/**
 * Exchange every sentence of this page; what somebody did stays.
 * @param {string} code
 * @returns {Promise<boolean>} false when the sentences could not be had
 */
export async function speakLanguage(code) {
  if (byId("app").dataset.lang === code) return true;
  const page = await pageIn(code).catch(() => null);
  const [app, texts, aids] = ["app", "texts", "aids"].map((id) => page?.getElementById(id));
  if (!page || !app || !texts || !aids) return false;
  byId("texts").replaceWith(document.importNode(texts, true));
  byId("aids").replaceChildren(...[...aids.childNodes].map((node) => document.importNode(node, true)));
  byId("app").dataset.lang = app.dataset.lang;
  byId("app").dataset.tag = app.dataset.tag;
  const { lang, dir } = page.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  showPressed();
  return true;
}

/** Get the languages most people ask for before the network may go. */
export async function prefetch() {
  for (const code of ["de", "ls", "en"]) await pageIn(code).catch(() => null);
}

/** @param {boolean} [isOn] */
export function toggleContrast(isOn = document.documentElement.dataset.mmContrast !== "high") {
  const { dataset } = document.documentElement;
  if (isOn) [dataset.mmContrast, dataset.kernTheme] = ["high", "dark"];
  else {
    delete dataset.mmContrast;
    dataset.kernTheme = "light";
  }
  showPressed();
  return isOn;
}

/** @param {boolean} [isOn] */
export function toggleSize(isOn = document.documentElement.dataset.mmSize !== "large") {
  const { dataset } = document.documentElement;
  if (isOn) dataset.mmSize = "large";
  else delete dataset.mmSize;
  showPressed();
  return isOn;
}

/** @param {string} action @param {boolean} isOn */
export function press(action, isOn) {
  byId("aids").querySelector(`[data-do="${action}"]`)?.setAttribute("aria-pressed", String(isOn));
}

function showPressed() {
  const { mmContrast, mmSize } = document.documentElement.dataset;
  press("contrast", mmContrast === "high");
  press("size", mmSize === "large");
}
