/**
 * Keys for the hands of a host. Shift+Enter takes the next step; single keys can be switched off (WCAG 2.1.4). None
 * fires while somebody types, all press the buttons everybody sees (`aria-keyshortcuts` names the key of each). A step
 * that asks opens its question and waits there for Enter.
 */

const STORED = "mm-kuerzel";
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const ASKED = "form.mm-way__form"; // an open question: Enter belongs to the button that has the focus
const NAMES = new Map([["n", "N"], ["f", "F"], ["b", "B"], ["r", "R"], ["p", "P"], ["?", "?"], ["Escape", "Escape"]]);
const ALWAYS = ["?", "Escape", "Shift+Enter"];

/**
 * The shortcut a key event means, or null where the key belongs to somebody else.
 * @param {{key: string, shiftKey?: boolean, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, repeat?: boolean, target: any}} event
 * @param {boolean} isOn
 * @returns {string | null}
 */
export function shortcut(event, isOn) {
  const isNext = event.key === "Enter" && event.shiftKey;
  const name = isNext ? "Shift+Enter" : NAMES.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!name || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  const within = (/** @type {string} */ what) => Boolean(event.target?.closest?.(what));
  if (within(TYPED_INTO) || (isNext && within(ASKED))) return null;
  return isOn || ALWAYS.includes(name) ? name : null;
}

/** @param {HTMLInputElement} box */
export function listen(box) {
  box.checked = read() !== "aus";
  box.addEventListener("change", () => store(box.checked ? "an" : "aus"));
  document.addEventListener("keydown", (event) => {
    const name = shortcut(/** @type {any} */ (event), box.checked);
    if (!name) return;
    if (name === "?") box.click();
    else if (!press(name) && name !== "Shift+Enter") return;
    event.preventDefault(); // Shift+Enter would press whatever button has the focus
  });
}

/**
 * Press the button of a shortcut, unless it says that it cannot be pressed now; open the question of one that asks.
 * @param {string} name
 */
function press(name) {
  const candidates = [...document.querySelectorAll(`[aria-keyshortcuts="${name}"]`)];
  const button = /** @type {HTMLElement | undefined} */ (candidates.find((each) => !each.closest("[hidden]")));
  const question = button?.matches("summary") ? button.closest("details") : null;
  if (question) {
    question.open = true;
    /** @type {HTMLElement | null} */ (question.querySelector("form button"))?.focus();
  } else if (button?.getAttribute("aria-disabled") !== "true") button?.click();
  return Boolean(button);
}

function read() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // storage switched off
  }
}

/** @param {string} value */
function store(value) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // then the choice lasts as long as the page
  }
}
