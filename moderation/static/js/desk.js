/**
 * Comforts of the paper desk; every page works without them.
 * Drop files on the upload form, choose by digit keys on a doubtful sheet (can be switched off), enlarge its picture.
 */

const SWITCH_KEY = "machmit-desk-keys";

/** @param {HTMLFormElement} form */
function acceptDrops(form) {
  const zone = form.querySelector(".mm-drop-zone");
  const input = form.querySelector("input[type=file]");
  if (!(zone instanceof HTMLElement) || !(input instanceof HTMLInputElement)) return;
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")
  );
}

/** @param {HTMLElement} area */
function listenForKeys(area) {
  const help = area.querySelector("[data-mm-keyhelp]");
  const toggle = area.querySelector("[data-mm-keyswitch]");
  if (!(help instanceof HTMLElement) || !(toggle instanceof HTMLInputElement)) return;
  help.hidden = false;
  toggle.checked = localStorage.getItem(SWITCH_KEY) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(SWITCH_KEY, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (/^[1-9]$/.test(event.key)) choose(area, event);
    else if (event.key.toLowerCase() === "z") area.querySelector(".mm-crop")?.classList.toggle("is-large");
    else if (event.key === "ArrowRight" && !(event.target instanceof HTMLInputElement)) follow();
  });
}

/**
 * @param {HTMLElement} area
 * @param {KeyboardEvent} event
 */
function choose(area, event) {
  for (const mark of area.querySelectorAll("label > kbd")) {
    if (mark.textContent === event.key) {
      const input = mark.parentElement?.querySelector("input");
      input?.click();
      input?.focus();
      event.preventDefault();
    }
  }
}

function follow() {
  const next = document.querySelector("a[data-mm-next]");
  if (next instanceof HTMLAnchorElement) next.click();
}

for (const form of document.querySelectorAll("form[data-mm-drop]")) {
  acceptDrops(/** @type {HTMLFormElement} */ (form));
}
for (const area of document.querySelectorAll("[data-mm-keys]")) {
  listenForKeys(/** @type {HTMLElement} */ (area));
}
