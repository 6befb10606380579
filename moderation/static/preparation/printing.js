/**
 * Tell how far the print pack is. The answer comes line by line; the last line holds the file or why there is none.
 * Without this script the form simply downloads the file.
 */

/**
 * @typedef {{number?: number, total?: number, name?: string, pdf?: string, refused?: string}} Line
 */

/**
 * Read lines of JSON as they come.
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(line: Line) => void} hear
 */
export async function readLines(stream, hear) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    lines.filter(Boolean).forEach((line) => hear(JSON.parse(line)));
    if (done) return;
  }
}

/**
 * @param {string} text
 * @param {Line} line
 */
export function filled(text, line) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(/** @type {Record<string, unknown>} */ (line)[name] ?? ""));
}

/** @param {string} base64 */
function save(base64) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  link.download = "abend.pdf";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {HTMLFormElement} form */
function follow(form) {
  const bar = /** @type {HTMLProgressElement} */ (form.querySelector("progress"));
  const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
  const { working = "", done = "", failed = "" } = form.dataset;

  /** @param {Line} line */
  const hear = (line) => {
    if (line.pdf) save(line.pdf);
    bar.hidden = Boolean(line.pdf || line.refused);
    bar.max = line.total ?? 1;
    bar.value = (line.number ?? 1) - 0.5;
    status.textContent = line.refused ?? (line.pdf ? done : filled(working, line));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    try {
      const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/x-ndjson" } });
      if (answer.redirected || !answer.body) location.assign(answer.url);
      else await readLines(answer.body, hear);
    } catch {
      hear({ refused: failed });
    }
    button.ariaDisabled = null;
  });
}

const form = typeof document === "undefined" ? null : document.getElementById("druck");
if (form) follow(/** @type {HTMLFormElement} */ (form));
