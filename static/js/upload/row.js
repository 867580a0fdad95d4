// One file in the queue: what is said of it, and what can be done with it.
// @ts-check
import { size, TransferRate } from "./transfer_rate.js";

/** @typedef {import("./engine.js").State} State */

export class Row {
  /**
   * @param {HTMLTemplateElement} template
   * @param {File} file
   * @param {import("./words.js").Words} words
   */
  constructor(template, file, words) {
    const fragment = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.element = /** @type {HTMLElement} */ (fragment.firstElementChild);
    this.words = words;
    this.file = file;
    this.stop = new AbortController();
    /** @type {import("./engine.js").Attempt} */
    this.attempt = {};
    this.sent = 0;
    this.reason = "";
    this.rate = new TransferRate();
    this.part("name").textContent = file.name;
    this.part("name").title = file.name;
    this.part("progress").setAttribute("aria-label", file.name);
  }

  /** @returns {State} */
  get state() {
    return /** @type {State} */ (this.element.dataset["state"]);
  }

  set state(state) {
    this.element.dataset["state"] = state;
  }

  /** Is it over, one way or another? */
  get isOver() {
    return ["done", "failed", "cancelled"].includes(this.state);
  }

  get hasArrived() {
    return this.state === "done";
  }

  /** @param {string} reason */
  fail(reason) {
    this.reason = reason;
    this.part("reason").textContent = reason;
    this.state = "failed";
  }

  /**
   * The file itself is the reason, so that another attempt would end the same way.
   * @param {string} reason
   */
  refuse(reason) {
    this.fail(reason);
    this.element.querySelector('[data-action="retry"]')?.remove();
  }

  /** As if it had just been chosen. */
  renew() {
    this.stop = new AbortController();
    this.rate = new TransferRate();
    this.progress(0);
    this.state = "waiting";
  }

  /** @param {number} sent bytes */
  progress(sent) {
    this.sent = sent;
    this.rate.note(sent, performance.now());
    const total = this.file.size;
    const bar = /** @type {HTMLProgressElement} */ (this.part("progress"));
    bar.value = total > 0 ? sent / total : 1;
    const left = this.rate.left(total - sent);
    const gaps = { sent: size(sent), total: size(total), speed: size(this.rate.speed()), left: this.words.time(left) };
    this.part("sent").textContent = this.words.say(left > 0 ? "speed" : "sent", gaps);
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`[data-${name}]`));
  }
}
