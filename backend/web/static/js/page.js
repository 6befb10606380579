/**
 * Small comforts of every page; nothing here is needed to read or take part.
 * Closes menus on Escape and outside clicks, moves the focus to a form's error summary,
 * removes a shown message from the address, keeps a staff clock going.
 */

const MESSAGE_FIELD = "meldung";
const CLOCK_TICK_MS = 10_000;
const HALL_ZONE = "Europe/Berlin"; // where the evening is, whatever the device thinks

/** @param {Event} event */
function closeMenus(event) {
  const target = event.target instanceof Element ? event.target : null;
  for (const menu of document.querySelectorAll("details.mm-drop[open], details.mm-org[open]")) {
    if (event.type === "keydown" || !menu.contains(target)) {
      menu.removeAttribute("open");
      if (event.type === "keydown" && menu.contains(document.activeElement)) {
        /** @type {HTMLElement | null} */ (menu.querySelector("summary"))?.focus();
      }
    }
  }
}

function forgetMessage() {
  const here = new URL(location.href);
  if (here.searchParams.has(MESSAGE_FIELD)) {
    here.searchParams.delete(MESSAGE_FIELD);
    history.replaceState(history.state, "", here);
  }
}

/** @param {Element} clock */
function showTime(clock) {
  const language = document.documentElement.lang || "de";
  clock.textContent = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", timeZone: HALL_ZONE });
}

document.addEventListener("click", closeMenus);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(event);
});
forgetMessage();
/** @type {HTMLElement | null} */ (document.querySelector("[data-mm-focus]"))?.focus();
for (const clock of document.querySelectorAll("[data-mm-clock]")) {
  showTime(clock);
  setInterval(() => showTime(clock), CLOCK_TICK_MS);
}
for (const button of document.querySelectorAll("[data-mm-print]")) {
  button.addEventListener("click", () => print());
}
