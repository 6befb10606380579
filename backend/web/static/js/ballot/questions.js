/** Asking and supporting questions. A question leaves over the socket, or by the page's form where there is none. */
import { randomHex } from "./commitment.js";
import { byId, on, show, word } from "./dom.js";

/** @import { App } from "./app.js" */
/** @import { Live } from "./live.js" */
/** @import { Message } from "./types.js" */

export class Asking {
  /**
   * @param {App} app
   * @param {Live} live
   */
  constructor(app, live) {
    this.app = app;
    this.live = live;
    this.id = "";
    this.text = "";
    on("ask", () => this.open());
    on("upvote", (target) => this.support(target));
  }

  open() {
    this.app.screen = "ask";
    this.id = randomHex(16);
    show("s-ask");
    const field = /** @type {HTMLTextAreaElement} */ (byId("frage"));
    field.value = this.text;
    byId("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.text = field.value.trim();
      if (!this.text) this.hint("ask", field);
      else if (!this.live.send({ t: "ask", id: this.id, text: this.text })) this.hint("lost", field);
    });
  }

  /**
   * @param {string} key
   * @param {HTMLElement} field
   */
  hint(key, field) {
    const hint = document.querySelector("[data-hint]");
    if (hint) hint.textContent = word(key);
    field.focus();
  }

  /** @param {Message} message */
  hear({ t, id, question, detail }) {
    if (!id || id !== this.id) return;
    if (t === "error") {
      const hint = document.querySelector("[data-hint]");
      if (hint) hint.textContent = detail ?? "";
    } else if (question) {
      this.app.own = this.text;
      this.text = "";
      this.app.open("fragen");
    }
  }

  /** @param {HTMLElement} target */
  support(target) {
    const question = /** @type {HTMLElement | null} */ (target.closest("[data-id]"))?.dataset.id ?? "";
    const { supported } = this.app;
    if (supported.includes(question) || !this.live.send({ t: "upvote", id: randomHex(16), question })) return;
    supported.push(question);
    this.app.tab.setItem("mm-supported", JSON.stringify(supported));
    target.setAttribute("aria-pressed", "true");
  }
}
