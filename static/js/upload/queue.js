// The page's side of uploading: a row for each file, three on their way at a time, a summary, and milestones in words.
// @ts-check
import { CHANGED } from "../page/dialogs.js";
import { startDropping } from "./drop.js";
import { transfer, UploadFailure } from "./engine.js";
import { Row } from "./row.js";
import { size } from "./transfer_rate.js";
import { Words } from "./words.js";

const AT_ONCE = 3;
/** So many are spoken of one by one; of more, only what went wrong and the end. */
const SPOKEN = 3;

/** @param {Document} page */
export function startUploads(page) {
  const section = page.querySelector("[data-upload]");
  if (section instanceof HTMLElement) new UploadQueue(page, section).start();
}

class UploadQueue {
  /**
   * @param {Document} page
   * @param {HTMLElement} section
   */
  constructor(page, section) {
    this.page = page;
    this.section = section;
    this.dock = this.part("dock");
    this.list = this.part("queue");
    this.template = /** @type {HTMLTemplateElement} */ (section.querySelector("[data-row]"));
    this.words = new Words(section);
    const { presignUrl = "", confirmUrl = "", largest = "", types = "" } = section.dataset;
    this.endpoints = { presign: presignUrl, confirm: confirmUrl };
    this.largest = Number(largest);
    this.types = types.split(",").filter((type) => type !== "");
    /** @type {Row[]} */
    this.rows = [];
    this.running = 0;
  }

  start() {
    const picker = this.page.querySelector("[data-picker]");
    if (picker instanceof HTMLInputElement) {
      picker.addEventListener("change", () => {
        this.add(picker.files);
        picker.value = "";
      });
    }
    this.section.addEventListener("click", (event) => this.act(event));
    startDropping(this.page, this.part("veil"), (files) => this.add(files));
    addEventListener("beforeunload", (event) => {
      if (this.rows.some((row) => !row.isOver)) event.preventDefault();
    });
  }

  /** @param {FileList | null} files */
  add(files) {
    const before = this.rows.length;
    for (const file of files ?? []) this.enqueue(file);
    if (this.rows.length - before > 1) this.announce("begun", { all: this.rows.length - before });
    this.next();
    this.show();
  }

  /** @param {File} file */
  enqueue(file) {
    const row = new Row(this.template, file, this.words);
    this.list.append(row.element);
    this.rows.push(row);
    if (file.size > this.largest) this.refuse(row, this.words.say("too-large"));
    else if (!this.takes(file.type)) this.refuse(row, this.words.say("type"));
  }

  /** @param {string} type as the browser tells it; the server decides */
  takes(type) {
    const said = type || "application/octet-stream";
    const matches = (/** @type {string} */ pattern) =>
      pattern === said || (pattern.endsWith("/*") && said.startsWith(pattern.slice(0, -1)));
    return this.types.length === 0 || this.types.some(matches);
  }

  next() {
    for (const row of this.rows) {
      if (this.running >= AT_ONCE) return;
      if (row.state === "waiting") void this.send(row);
    }
  }

  /** @param {Row} row */
  async send(row) {
    this.running += 1;
    row.state = "uploading";
    const listener = {
      state: (/** @type {import("./engine.js").State} */ state) => {
        row.state = state;
      },
      progress: (/** @type {number} */ sent) => {
        row.progress(sent);
        this.show();
      },
    };
    try {
      await transfer(row.file, this.endpoints, row.attempt, listener, row.stop.signal);
      row.progress(row.file.size);
      if (this.rows.length <= SPOKEN) this.announce("file-done", { name: row.file.name });
    } catch (error) {
      const failure = error instanceof UploadFailure ? error : new UploadFailure("server");
      if (row.stop.signal.aborted) row.state = "cancelled";
      else if (failure.kind === "refused") this.refuse(row, failure.words);
      else this.fail(row, failure.words || this.words.say(failure.kind));
    }
    this.running -= 1;
    // What is on its way, and what went wrong, stands first.
    if (row.hasArrived) this.list.append(row.element);
    this.page.body.dispatchEvent(new CustomEvent(CHANGED));
    this.next();
    this.show();
    if (this.rows.length > 1 && this.rows.every((one) => one.isOver)) this.announce("all-done", this.counts());
  }

  /**
   * @param {Row} row
   * @param {string} reason
   */
  fail(row, reason) {
    row.fail(reason);
    this.announce("file-failed", { name: row.file.name, reason });
  }

  /**
   * @param {Row} row
   * @param {string} reason
   */
  refuse(row, reason) {
    row.refuse(reason);
    this.announce("file-failed", { name: row.file.name, reason });
  }

  /** @param {Event} event */
  act(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const row = this.rows.find(({ element }) => element.contains(button));
    const { action, queueAction } = button?.dataset ?? {};
    if (row && action === "cancel") this.cancel(row);
    if (row && action === "retry") row.renew();
    if (row && action === "dismiss") this.drop([row]);
    if (queueAction === "cancel-all") for (const one of this.rows) this.cancel(one);
    // What went wrong stays until it was seen.
    if (queueAction === "clear") this.drop(this.rows.filter((one) => one.isOver && one.state !== "failed"));
    if (queueAction === "fold") button?.setAttribute("aria-expanded", String(!this.dock.classList.toggle("is-folded")));
    this.next();
    this.show();
  }

  /** @param {Row} row */
  cancel(row) {
    // What is confirmed already has arrived.
    if (row.isOver || row.state === "confirming") return;
    if (row.state === "waiting") row.state = "cancelled";
    row.stop.abort();
  }

  /** @param {Row[]} rows */
  drop(rows) {
    for (const row of rows) row.element.remove();
    this.rows = this.rows.filter((row) => !rows.includes(row));
  }

  counts() {
    const count = (/** @type {string} */ state) => this.rows.filter((row) => row.state === state).length;
    return { all: this.rows.length, done: count("done"), failed: count("failed") + count("cancelled") };
  }

  /** The summary of all. */
  show() {
    const counts = this.counts();
    const isBusy = this.rows.some((row) => !row.isOver);
    this.dock.hidden = this.rows.length === 0;
    this.dock.classList.toggle("is-busy", isBusy);
    this.dock.classList.toggle(
      "has-finished",
      this.rows.some((row) => row.isOver && row.state !== "failed"),
    );
    const ending = counts.failed > 0 ? "some-failed" : "finished";
    this.part("summary").textContent = this.words.say(isBusy ? "under-way" : ending, counts);
    const counted = this.rows.filter((row) => row.state !== "failed" && row.state !== "cancelled");
    const total = counted.reduce((sum, row) => sum + row.file.size, 0);
    const sent = counted.reduce((sum, row) => sum + row.sent, 0);
    this.part("totals").textContent = isBusy ? this.words.say("sent", { sent: size(sent), total: size(total) }) : "";
    const bar = /** @type {HTMLProgressElement} */ (this.part("overall"));
    bar.value = total > 0 ? sent / total : 0;
  }

  /**
   * @param {string} phrase
   * @param {Record<string, string | number>} gaps
   */
  announce(phrase, gaps) {
    this.part("milestones").textContent = this.words.say(phrase, gaps);
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.section.querySelector(`[data-${name}]`));
  }
}
