// The page's side of uploading: a row for each file, three on their way at a time.
// @ts-check
import { transfer, UploadFailure } from "./engine.js";

/**
 * @typedef {import("./engine.js").State} State
 *
 * @typedef {object} Entry
 * @property {File} file
 * @property {HTMLElement} row
 * @property {AbortController} stop
 * @property {import("./engine.js").Attempt} attempt
 */

const AT_ONCE = 3;

/** @param {Document} page */
export function startUploads(page) {
  const section = page.querySelector("[data-upload]");
  if (section instanceof HTMLElement) new UploadQueue(section).start();
}

class UploadQueue {
  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    this.list = /** @type {HTMLElement} */ (section.querySelector("[data-queue]"));
    this.template = /** @type {HTMLTemplateElement} */ (section.querySelector("[data-row]"));
    this.endpoints = { presign: section.dataset.presignUrl ?? "", confirm: section.dataset.confirmUrl ?? "" };
    this.largest = Number(section.dataset.largest);
    /** @type {Entry[]} */
    this.waiting = [];
    /** @type {Map<HTMLElement, Entry>} */
    this.entries = new Map();
    this.running = 0;
  }

  start() {
    const picker = /** @type {HTMLInputElement} */ (this.section.querySelector("[data-picker]"));
    picker.addEventListener("change", () => {
      this.add(picker.files);
      picker.value = "";
    });
    this.list.addEventListener("click", (event) => this.act(event));
    document.addEventListener("dragover", (event) => this.offerDrop(event));
    document.addEventListener("dragleave", () => this.section.classList.remove("is-target"));
    document.addEventListener("drop", (event) => this.drop(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.running + this.waiting.length > 0) event.preventDefault();
    });
  }

  /** @param {FileList | null | undefined} files */
  add(files) {
    for (const file of files ?? []) this.enqueue(file);
    this.list.hidden = this.list.childElementCount === 0;
    this.next();
  }

  /** @param {File} file */
  enqueue(file) {
    const fragment = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const row = /** @type {HTMLElement} */ (fragment.firstElementChild);
    part(row, "name").textContent = file.name;
    part(row, "progress").setAttribute("aria-label", file.name);
    this.list.append(fragment);
    const entry = { file, row, stop: new AbortController(), attempt: {} };
    this.entries.set(row, entry);
    if (file.size > this.largest) refuse(row, words(row, "too-large"));
    else this.waiting.push(entry);
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length > 0) {
      const entry = this.waiting.shift();
      if (entry) void this.send(entry);
    }
  }

  /** @param {Entry} entry */
  async send({ file, row, stop, attempt }) {
    this.running += 1;
    const listener = {
      state: (/** @type {State} */ state) => setState(row, state),
      progress: (/** @type {number} */ sent, /** @type {number} */ total) => showProgress(row, sent, total),
    };
    try {
      await transfer(file, this.endpoints, attempt, listener, stop.signal);
      showProgress(row, 1, 1);
    } catch (error) {
      const failure = error instanceof UploadFailure ? error : new UploadFailure("server");
      if (stop.signal.aborted) setState(row, "cancelled");
      else if (failure.kind === "refused") refuse(row, failure.words);
      else fail(row, failure.words || words(row, failure.kind));
    } finally {
      this.running -= 1;
      this.section.dispatchEvent(new CustomEvent("cloakroom:uploaded", { bubbles: true }));
      this.next();
    }
  }

  /** @param {Event} event */
  act(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    const row = button?.closest("[data-state]");
    const entry = row instanceof HTMLElement ? this.entries.get(row) : undefined;
    if (!entry || !(button instanceof HTMLElement)) return;
    if (button.dataset.action === "cancel") this.cancel(entry);
    else this.retry(entry);
  }

  /** @param {Entry} entry */
  cancel(entry) {
    const place = this.waiting.indexOf(entry);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      setState(entry.row, "cancelled");
    }
    entry.stop.abort();
  }

  /** @param {Entry} entry */
  retry(entry) {
    entry.stop = new AbortController();
    showProgress(entry.row, 0, 1);
    setState(entry.row, "waiting");
    this.waiting.push(entry);
    this.next();
  }

  /** @param {DragEvent} event */
  offerDrop(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.section.classList.add("is-target");
  }

  /** @param {DragEvent} event */
  drop(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.section.classList.remove("is-target");
    this.add(event.dataTransfer.files);
  }
}

/**
 * @param {HTMLElement} row
 * @param {State} state
 */
function setState(row, state) {
  row.dataset.state = state;
}

/**
 * @param {HTMLElement} row
 * @param {string} reason
 */
function fail(row, reason) {
  part(row, "reason").textContent = reason;
  setState(row, "failed");
}

/**
 * The file itself is the reason, so that another attempt would end the same way.
 * @param {HTMLElement} row
 * @param {string} reason
 */
function refuse(row, reason) {
  fail(row, reason);
  row.querySelector('[data-action="retry"]')?.remove();
}

/**
 * @param {HTMLElement} row
 * @param {number} sent
 * @param {number} total
 */
function showProgress(row, sent, total) {
  const share = total > 0 ? sent / total : 1;
  const bar = /** @type {HTMLProgressElement} */ (part(row, "progress"));
  bar.value = share;
  const percent = `${Math.floor(share * 100)} %`;
  part(row, "sent").textContent = percent;
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 */
function words(row, name) {
  return row.querySelector(`[data-words="${name}"]`)?.textContent ?? "";
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 */
function part(row, name) {
  return /** @type {HTMLElement} */ (row.querySelector(`[data-${name}]`));
}
