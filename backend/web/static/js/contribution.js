/**
 * Comforts of the contribution form: the draft stays on this device until it was sent, and
 * contributions like it appear while typing. The form works without both.
 */

const PAUSE_MS = 900;
const MIN_CHARS = 20;
const DRAFT_PREFIX = "machmit-entwurf:";

/** @param {string} key @param {string} text */
function keep(key, text) {
  try {
    if (text.trim()) localStorage.setItem(DRAFT_PREFIX + key, text);
    else localStorage.removeItem(DRAFT_PREFIX + key);
  } catch {
    // private windows may refuse storage; then there is no draft
  }
}

/** @param {string} key */
function kept(key) {
  try {
    return localStorage.getItem(DRAFT_PREFIX + key) ?? "";
  } catch {
    return "";
  }
}

/**
 * Fetches the list of similar contributions as a piece of our own page.
 * @param {string} address @param {string} text @param {HTMLElement} list
 */
async function showSimilar(address, text, list) {
  const query = new URL(address, location.href);
  query.searchParams.set("text", text.slice(0, 400));
  try {
    const answer = await fetch(query, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...page.body.childNodes);
    list.hidden = !list.querySelector("li");
  } catch {
    // no connection: the list stays as it is
  }
}

/** @param {HTMLFormElement} form */
function attend(form) {
  const field = /** @type {HTMLTextAreaElement | null} */ (form.querySelector("textarea[name=text]"));
  const key = form.dataset.mmContribution ?? "";
  if (!field) return;
  if (!field.value) field.value = kept(key);
  const list = /** @type {HTMLElement | null} */ (form.querySelector("[data-mm-similar-list]"));
  const address = form.dataset.mmSimilar;
  let timer = 0;
  field.addEventListener("input", () => {
    keep(key, field.value);
    clearTimeout(timer);
    const text = field.value.trim();
    if (list && address && text.length >= MIN_CHARS) {
      timer = window.setTimeout(() => void showSimilar(address, text, list), PAUSE_MS);
    }
  });
}

for (const form of document.querySelectorAll("form[data-mm-contribution]")) {
  attend(/** @type {HTMLFormElement} */ (form));
}
/** @type {HTMLElement | null} */
const sent = document.querySelector("[data-mm-sent]");
if (sent) keep(sent.dataset.mmSent ?? "", "");

export {};
