/**
 * Make one element like another with as few changes as possible: nodes stay the same objects, so the focus, the
 * scroll position, open details and what somebody is typing survive an update of the page.
 */

const ELEMENT = 1;
const KEPT = new Set(["open", "data-kept"]); // an open details stays open; `data-kept` belongs to scripts

/**
 * @param {Element} old
 * @param {Element} wanted
 */
export function patch(old, wanted) {
  attributes(old, wanted);
  if (old.hasAttribute("data-kept")) return;
  children(old, wanted);
}

/**
 * @param {Element} old
 * @param {Element} wanted
 */
function attributes(old, wanted) {
  for (const { name } of [...old.attributes]) {
    if (!wanted.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) !== value && !KEPT.has(name)) old.setAttribute(name, value);
  }
}

/**
 * @param {Element} old
 * @param {Element} wanted
 */
function children(old, wanted) {
  const named = new Map([...old.children].filter(key).map((child) => [key(child), child]));
  let cursor = old.firstChild;
  for (const next of [...wanted.childNodes]) {
    const match = counterpart(cursor, next, named);
    if (!match) {
      old.insertBefore(next, cursor);
      continue;
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else old.insertBefore(match, cursor);
    if (match.nodeType === ELEMENT) patch(/** @type {Element} */ (match), /** @type {Element} */ (next));
    else if (match.nodeValue !== next.nodeValue) match.nodeValue = next.nodeValue;
  }
  while (cursor) {
    const gone = cursor;
    cursor = cursor.nextSibling;
    old.removeChild(gone);
  }
}

/**
 * The node that becomes `next`: the one of the same name wherever it is, else the one at this place.
 * @param {ChildNode | null} cursor
 * @param {Node} next
 * @param {Map<string, Element>} named
 * @returns {Node | null}
 */
function counterpart(cursor, next, named) {
  const name = next.nodeType === ELEMENT ? key(/** @type {Element} */ (next)) : "";
  if (name) return named.get(name) ?? null;
  const fits = cursor && cursor.nodeType === next.nodeType && cursor.nodeName === next.nodeName;
  return fits && !(cursor.nodeType === ELEMENT && key(/** @type {Element} */ (cursor))) ? cursor : null;
}

/** @param {Element} element */
function key(element) {
  const name = element.getAttribute("data-key") || element.getAttribute("id");
  return name ? `${element.nodeName} ${name}` : "";
}
