// What is shown of an archive that is made: how far it is, how it ended, and what is not in it.
// @ts-check
import { size, TransferRate } from "../upload/transfer_rate.js";
import { Words } from "../upload/words.js";

/** So many of what is missing are named; the archive names all. */
const NAMED = 20;

export class Panel {
  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    this.words = new Words(section);
    this.dock = this.part("dock");
    this.rate = new TransferRate();
    this.cancel = () => {};
    this.part("cancel").addEventListener("click", () => this.cancel());
    this.part("close").addEventListener("click", () => this.show(false));
  }

  /** @param {Document} page */
  static of(page) {
    const section = page.querySelector("[data-archives]");
    if (!(section instanceof HTMLElement)) return null;
    if (known?.section !== section) known = new Panel(section);
    return known;
  }

  get places() {
    const { entriesUrl: entries = "", urlsUrl: urls = "" } = this.section.dataset;
    return { entries, urls };
  }

  get account() {
    return this.section.dataset["account"] ?? "";
  }

  /** Such as `Files 2026-11-27`. */
  nameOfToday() {
    const now = new Date();
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
    return this.words.say("name", { date: day.join("-") });
  }

  /** @param {() => void} cancel */
  begin(cancel) {
    this.cancel = cancel;
    this.rate = new TransferRate();
    this.dock.classList.add("is-busy");
    this.#list([]);
    this.#write("title", this.words.say("listing"));
    this.#write("said", this.words.say("listing"));
    this.#write("totals", "");
    this.#bar(0);
    this.show(true);
  }

  /** @param {{done: number, all: number, bytes: number, total: number}} far */
  draw({ done, all, bytes, total }) {
    if (all === 0) return;
    this.rate.note(bytes, performance.now());
    const speed = this.rate.speed();
    const gaps = {
      now: Math.min(all, done + 1),
      all,
      sent: size(bytes),
      total: size(total),
      speed: size(Math.round(speed)),
    };
    this.#write("title", this.words.say("making", gaps));
    this.#write("totals", this.words.say(speed > 0 ? "speed" : "sent", gaps));
    this.#bar(total > 0 ? bytes / total : done / all);
  }

  /**
   * @param {"finished" | "cancelled" | "failed"} how
   * @param {{name: string, why: string}[]} missing
   * @param {{all: number, had: number}} counts
   * @param {string} [words] of the server
   */
  end(how, missing, { all, had }, words = "") {
    this.dock.classList.remove("is-busy");
    const gaps = { all, had };
    const one = how === "finished" && all === 1 ? "-one" : "";
    const said = this.words.say(missing.length > 0 ? "not-all" : how + one, gaps);
    this.#write("title", said);
    this.#write("said", said);
    this.#write("totals", words || (missing.length > 0 ? this.words.say("see-list") : ""));
    this.#list(missing);
  }

  sayBusy() {
    this.show(true);
    this.#write("said", this.words.say("busy"));
    this.#write("totals", this.words.say("busy"));
    this.part("cancel").focus();
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.dock.hidden = !isShown;
    document.documentElement.classList.toggle("has-archive", isShown);
  }

  /** @param {{name: string, why: string}[]} missing */
  #list(missing) {
    const rows = missing.slice(0, NAMED).map(({ name, why }) => {
      const row = document.createElement("li");
      row.append(Object.assign(document.createElement("b"), { textContent: name }), ` ${why}`);
      return row;
    });
    this.part("missing").replaceChildren(...rows);
    this.part("missing").hidden = rows.length === 0;
  }

  /** @param {number} part */
  #bar(part) {
    const bar = this.part("progress");
    if (bar instanceof HTMLProgressElement) bar.value = part;
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
    return /** @type {HTMLElement} */ (this.section.querySelector(`[data-archive-${name}]`));
  }
}

/** @type {Panel | null} */
let known = null;
