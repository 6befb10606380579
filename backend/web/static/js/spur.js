/**
 * Reads a receipt code behind "#" (from a printed QR code) and looks it up by form, so that the code
 * never becomes part of an address the server or a proxy writes down.
 */

const code = decodeURIComponent(location.hash.slice(1));
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-mm-spur]"));
const field = /** @type {HTMLInputElement | null} */ (form?.querySelector("input[name=code]") ?? null);
if (form && field && /^[0-9a-z -]{12,40}$/i.test(code)) {
  history.replaceState(history.state, "", location.pathname + location.search);
  field.value = code;
  form.requestSubmit();
}

export {};
