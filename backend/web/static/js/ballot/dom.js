/**
 * Screens from the page's templates. All sentences are in the page, in the reader's language; scripts only fill
 * `{names}` into elements marked `data-t` and hide what is marked `data-if`.
 */

/** @typedef {Record<string, string | number | boolean | null | undefined>} Values */

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * @param {string} text
 * @param {Values} values
 */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * @param {DocumentFragment | Element} root
 * @param {Values} values
 */
export function fill(root, values) {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-if]"))) {
    node.hidden = !values[node.dataset.if ?? ""];
  }
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t]"))) {
    node.dataset.t ||= node.textContent ?? "";
    const text = filled(node.dataset.t, values);
    if (node.textContent !== text) node.textContent = text;
  }
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-label]"))) {
    node.setAttribute("aria-label", filled(node.dataset.label ?? "", values));
  }
}

/**
 * A copy of a template, filled.
 * @param {string} id
 * @param {Values} [values]
 */
export function make(id, values = {}) {
  const template = /** @type {HTMLTemplateElement} */ (byId(id));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  fill(copy, values);
  return copy;
}

/**
 * One of the page's loose sentences.
 * @param {string} key
 * @param {Values} [values]
 */
export function word(key, values = {}) {
  const words = /** @type {HTMLTemplateElement} */ (byId("words")).content;
  return filled(words.querySelector(`[data-w="${key}"]`)?.textContent ?? "", values);
}

/**
 * Show a screen: its footer or form of tabs goes to the bottom, the rest into `main`.
 * @param {string} id
 * @param {Values} [values]
 */
export function show(id, values = {}) {
  const screen = make(id, values);
  const bottom = [...screen.children].find((part) => part.matches("footer, .mm-tabs")) ?? document.createElement("i");
  bottom.remove();
  return replace([screen], bottom);
}

/**
 * Replace middle and bottom. The focus moves to the new heading, so that a screen reader reads on from there and no
 * focus is lost; nothing is scrolled away from.
 * @param {Node[]} middle
 * @param {Element} bottom
 */
export function replace(middle, bottom) {
  const main = byId("inhalt");
  main.replaceChildren(...middle);
  document.querySelector(".mm-news")?.remove();
  byId("app").lastElementChild?.replaceWith(bottom);
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  return main;
}

/**
 * Say something to screen readers without moving the focus.
 * @param {string} text
 */
export function announce(text) {
  byId("said").textContent = text;
}

/**
 * Call back when an element of this kind is clicked, now or later.
 * @param {string} action value of `data-do`
 * @param {(target: HTMLElement) => void} react
 */
export function on(action, react) {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest(`[data-do="${action}"]`) : null;
    if (!(target instanceof HTMLElement)) return;
    event.preventDefault();
    react(target);
  });
}
