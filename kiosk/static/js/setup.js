/** Becoming a kiosk: code from the office, own key, comparison by a person. */
import { byId } from "../../js/ballot/dom.js";
import { forgetIdentity, keepIdentity } from "./database.js";
import { identityOf, newKey } from "./identity.js";
import { complain, problemOf } from "./keypad.js";

/** @import { Kiosk } from "./kiosk.js" */

const LENGTH = 8;

export class Setup {
  /**
   * @param {Kiosk} kiosk
   * @param {IDBDatabase} database
   */
  constructor(kiosk, database) {
    this.kiosk = kiosk;
    this.database = database;
    kiosk.screens.pending = () => kiosk.show("pending", { fingerprint: kiosk.server.identity?.fingerprint });
  }

  get isDemo() {
    return byId("app").dataset.demo !== undefined;
  }

  /** Nobody is known here yet: the demo sets itself up, every other kiosk asks for a code. */
  async begin() {
    if (this.isDemo && (await this.enrol("/demo/kiosk", {}))) return;
    this.kiosk.go(globalThis.isSecureContext || this.isDemo ? "enrol" : "insecure");
  }

  /** @param {string} code */
  async take(code) {
    const problem = problemOf(code, LENGTH, false);
    if (problem) return complain(problem);
    if (await this.enrol("/api/v1/kiosk/enrol", { code })) this.kiosk.go("pending");
  }

  /**
   * @param {string} path
   * @param {object} fields
   */
  async enrol(path, fields) {
    const made = await newKey(this.isDemo);
    if (!made) return this.kiosk.go("insecure");
    const answer = await this.kiosk.server.call(path, { ...fields, public_key: made.publicKey });
    if (answer.status !== 201) {
      complain(answer.status ? (answer.fields.code ?? "failed") : "lost");
      return false;
    }
    const identity = identityOf(made, answer.fields);
    await keepIdentity(this.database, identity);
    this.kiosk.server.identity = identity;
    return true;
  }

  async forget() {
    await forgetIdentity(this.database);
    this.kiosk.server.identity = null;
    await this.begin();
  }
}
