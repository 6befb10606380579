/**
 * Single keys for the hands of a host: they can be switched off, never fire while somebody types, and press the same
 * buttons everybody sees (`aria-keyshortcuts` names the key of each). WCAG 2.1.4.
 */

const STORED = "mm-kuerzel";
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const PRESSED_BY_SPACE = "button, a, summary, label";
const NAMES = new Map([[" ", "Space"], ["n", "N"], ["f", "F"], ["b", "B"], ["?", "?"], ["Escape", "Escape"]]);

/**
 * The shortcut a key event means, or null where the key belongs to somebody else.
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, repeat?: boolean, target: any}} event
 * @param {boolean} isOn
 * @returns {string | null}
 */
export function shortcut(event, isOn) {
  const name = NAMES.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!name || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  const within = (/** @type {string} */ what) => Boolean(event.target?.closest?.(what));
  if (within(TYPED_INTO)) return null;
  if (name === "Space" && within(PRESSED_BY_SPACE)) return null;
  return isOn || name === "?" || name === "Escape" ? name : null;
}

/** @param {HTMLInputElement} box */
export function listen(box) {
  box.checked = read() !== "aus";
  box.addEventListener("change", () => store(box.checked ? "an" : "aus"));
  document.addEventListener("keydown", (event) => {
    const name = shortcut(/** @type {any} */ (event), box.checked);
    if (!name) return;
    if (name === "?") box.click();
    else if (!press(name)) return;
    event.preventDefault();
  });
}

/**
 * Press the button of a shortcut, unless it says that it cannot be pressed now.
 * @param {string} name
 */
function press(name) {
  const candidates = [...document.querySelectorAll(`[aria-keyshortcuts="${name}"]`)];
  const button = /** @type {HTMLElement | undefined} */ (candidates.find((each) => !each.closest("[hidden]")));
  if (button?.getAttribute("aria-disabled") !== "true") button?.click();
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
