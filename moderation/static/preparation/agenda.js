/**
 * Dragging points of the agenda. The buttons beside each point do the same without this script; dropping presses
 * one of them with another number, so there is one way to move a point.
 */

/**
 * The place a dropped point takes, counted from 1 as the server counts.
 * @param {string[]} ids all points in order
 * @param {string} dragged
 * @param {string} over the point it was dropped on
 */
export function placeOf(ids, dragged, over) {
  return ids.filter((id) => id !== dragged).indexOf(over) + (ids.indexOf(dragged) < ids.indexOf(over) ? 2 : 1);
}

/** @param {HTMLElement} list */
export function makeDraggable(list) {
  /** @type {HTMLElement | null} */
  let dragged = null;
  const rows = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > li")]);

  for (const row of rows().filter((each) => each.dataset.item)) {
    const grip = /** @type {HTMLElement} */ (row.querySelector(".mm-ag__row"));
    grip.dataset.drag = "";
    grip.draggable = true;
    grip.addEventListener("dragstart", () => {
      dragged = row;
      row.classList.add("is-dragged");
    });
    grip.addEventListener("dragend", () => {
      dragged = null;
      rows().forEach((each) => each.classList.remove("is-dragged", "is-over"));
    });
  }
  list.addEventListener("dragover", (event) => {
    const over = rowAt(event);
    if (!dragged || !over?.dataset.item) return;
    event.preventDefault();
    rows().forEach((each) => each.classList.toggle("is-over", each === over && each !== dragged));
  });
  list.addEventListener("drop", (event) => {
    const over = rowAt(event);
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const ids = rows().map((row) => row.id);
    send(dragged, placeOf(ids, dragged.id, over.id));
  });
}

/** @param {DragEvent} event */
function rowAt(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  return /** @type {HTMLElement | null} */ (target.closest(".mm-ag > li"));
}

/**
 * @param {HTMLElement} row
 * @param {number} place
 */
function send(row, place) {
  const button = /** @type {HTMLButtonElement | null} */ (row.querySelector(".mm-ag__move button"));
  if (!button) return;
  button.value = String(place);
  button.click();
}

const list = typeof document === "undefined" ? null : document.querySelector("[data-agenda]");
if (list) makeDraggable(/** @type {HTMLElement} */ (list));
