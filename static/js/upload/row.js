// The row of a file in the dock: what is said of it, and what can be done with it.
// @ts-check
import { pathInWords } from "./folders.js";
import { size } from "./transfer_rate.js";

/**
 * @typedef {import("./item.js").Item} Item
 * @typedef {import("./words.js").Words} Words
 */

export class Row {
  /**
   * @param {HTMLTemplateElement} template
   * @param {Item} item
   * @param {Words} words
   */
  constructor(template, item, words) {
    const part = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.element = /** @type {HTMLElement} */ (part.firstElementChild);
    this.item = item;
    this.words = words;
    this.isPictured = false;
    this.part("name").textContent = item.name;
    this.part("name").title = [pathInWords(item.folder), item.name].filter(Boolean).join("/");
    this.part("progress")?.setAttribute("aria-label", item.name);
    for (const button of this.element.querySelectorAll("button")) {
      const { label } = button.dataset;
      if (!label) continue;
      button.title = words.say(label, { name: item.name });
      button.setAttribute("aria-label", button.title);
    }
  }

  get isSettled() {
    return this.element.dataset["state"] === "done";
  }

  /** Shows what it is, once. */
  picture() {
    if (!this.isPictured) void picture(this.part("thumb"), this.item);
    this.isPictured = true;
  }

  draw() {
    const { item, words } = this;
    const { state, size: total, sent } = item;
    if (state === "done") return this.#settle();
    const { dataset } = this.element;
    dataset["state"] = state;
    dataset["why"] = item.isFinal ? "final" : item.isLost && !item.handle ? "lost" : item.note;
    const bar = /** @type {HTMLProgressElement} */ (this.part("progress"));
    bar.value = total > 0 ? sent / total : 0;
    const left = state === "uploading" ? item.rate.left(total - sent) : 0;
    this.#write("left", left > 0 ? words.say("left", { left: words.time(left) }) : "");
    this.#write("status", this.#status());
  }

  /** What is so, in words. */
  #status() {
    const { item, words } = this;
    const { state, sent, rate } = item;
    const gaps = { sent: size(sent), total: size(item.size), speed: size(rate.speed()) };
    if (state === "failed") return item.reason;
    if (state === "uploading") return words.say(rate.speed() > 0 ? "speed" : "sent", gaps);
    if (state === "paused" && item.isLost) return words.say(item.handle ? "kept" : "lost");
    const isNoted = item.note !== "" && (state === "waiting" || state === "paused");
    return words.say(isNoted ? item.note : `state-${state}`);
  }

  /** What has arrived needs little of a row: there may be thousands. */
  #settle() {
    if (this.isSettled) return;
    this.element.dataset["state"] = "done";
    this.#write("status", this.#status());
    for (const part of this.element.querySelectorAll("[data-passing]")) part.remove();
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #write(name, text) {
    const part = this.part(name);
    if (part.textContent !== text) part.textContent = text;
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`[data-${name}]`));
  }
}

/**
 * Shows a file: a picture small, once it was looked at, another by what it is called after.
 * @param {Element} place
 * @param {Item} item
 */
export async function picture(place, item) {
  place.textContent = (/\.(\w{1,4})$/.exec(item.name)?.[1] ?? "").toUpperCase();
  const thumbnail = await item.thumbnail;
  const thumbnails = await import("./thumbnails.js").catch(() => null);
  await thumbnails?.draw(place, thumbnail);
}
