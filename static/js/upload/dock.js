// The dock: the head that sums up, the rows that matter now, the foot, and the ticket when all is in.
// @ts-check
import { isShared, pageOf } from "./folders.js";
import { receipt } from "./receipt.js";
import { picture, Row } from "./row.js";
import { size, TransferRate } from "./transfer_rate.js";

/** @typedef {import("./item.js").Item} Item */

/** So many rows of what is not done are drawn: nobody looks through more, and the page stays quick. Of many, still fewer. */
const ROWS = 40;
const MANY = 100;
const ROWS_OF_MANY = 12;
/** So many of what is done stay items of the list. */
const DONE_ROWS = 2_000;
/** So many overlap in the folded dock. */
const STACK = 3;
/** What stands first: what went wrong, then what moves. @type {Record<string, number>} */
const RANK = { failed: 0, uploading: 1, hashing: 1, confirming: 1, offline: 1, waiting: 2, paused: 3, cancelled: 4 };
/** So often it is drawn, in milliseconds: less often with many, of which each has its row. */
const BEAT = 80;
const BEAT_OF_EACH = 10;
const SLOWEST_BEAT = 1_000;
/** Less than a minute is told as that. */
const MINUTE = 60;

export class Dock {
  /**
   * @param {HTMLElement} section
   * @param {import("./words.js").Words} words
   */
  constructor(section, words) {
    this.section = section;
    this.words = words;
    this.element = this.part("dock");
    this.list = this.part("queue");
    this.template = /** @type {HTMLTemplateElement} */ (section.querySelector("[data-row]"));
    /** Of what has arrived, of which there may be thousands. */
    this.settled = /** @type {HTMLTemplateElement} */ (this.template.cloneNode(true));
    for (const part of this.settled.content.querySelectorAll("[data-passing]")) part.remove();
    this.rate = new TransferRate();
    /** @type {Map<Item, Row>} */
    this.rows = new Map();
    this.isReceipt = false;
    this.drawing = 0;
    // On a phone the page is worth more than the list, but where the list is what the page is for.
    this.fold(matchMedia("(max-width: 40rem)").matches && !this.element.closest("main"));
  }

  /**
   * Draws soon, and not more often than anybody sees; at the end at once.
   * @param {import("./queue.js").UploadQueue} queue
   */
  show(queue) {
    const isOver = queue.left === 0;
    if (isOver) clearTimeout(this.drawing);
    else if (this.drawing) return;
    const draw = () => {
      this.drawing = 0;
      this.draw(queue.items, queue.incoming.count);
    };
    const beat = Math.min(SLOWEST_BEAT, Math.max(BEAT, BEAT_OF_EACH * queue.items.length));
    this.drawing = window.setTimeout(draw, isOver ? 0 : beat);
  }

  /**
   * @param {Item[]} items
   * @param {number} coming that are no items yet
   */
  draw(items, coming) {
    const focused = document.activeElement;
    const live = order(items.filter(({ state }) => state !== "done"));
    const done = items.filter(({ state }) => state === "done").slice(-DONE_ROWS);
    const rows = live.length > MANY ? ROWS_OF_MANY : ROWS;
    const shown = new Set([...live.slice(0, rows), ...done]);
    for (const [item, row] of this.rows) {
      if (shown.has(item)) continue;
      row.element.remove();
      this.rows.delete(item);
    }
    const fresh = done.map((item) => this.#row(item)).filter(({ isSettled }) => !isSettled);
    for (const row of fresh) row.draw();
    this.list.append(...fresh.map(({ element }) => element));
    this.#place(live.slice(0, rows));
    this.#sumUp(items, coming, Math.max(0, live.length - rows) + coming);
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.element.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  /** @param {EventTarget | null} target */
  itemOf(target) {
    const element = target instanceof Element ? target.closest(".queue-row") : null;
    for (const [item, row] of this.rows) if (row.element === element) return item;
    return null;
  }

  /** @param {boolean} isFolded */
  fold(isFolded) {
    this.element.classList.toggle("is-folded", isFolded);
    this.part("fold").setAttribute("aria-expanded", String(!isFolded));
  }

  get isFolded() {
    return this.element.classList.contains("is-folded");
  }

  /** Shows what is done among the rows, or folds it into its line. */
  toggleDone() {
    const isShown = this.element.classList.toggle("shows-done");
    this.part("done").setAttribute("aria-expanded", String(isShown));
    if (isShown) for (const row of this.rows.values()) row.picture();
  }

  get showsDone() {
    return this.element.classList.contains("shows-done");
  }

  /** @param {Item[]} live in their order */
  #place(live) {
    let next = this.list.firstElementChild;
    for (const item of live) {
      const row = this.#row(item);
      row.draw();
      if (row.element === next) next = next.nextElementSibling;
      else this.list.insertBefore(row.element, next);
    }
    if (!this.isFolded) return;
    const stack = live.slice(0, STACK);
    const names = stack.map(({ id }) => id).join();
    const place = this.part("stack");
    if (place.dataset["of"] === names) return;
    place.dataset["of"] = names;
    place.replaceChildren(...stack.map((item) => this.#thumbnail(item)));
  }

  /** @param {Item} item */
  #row(item) {
    const known = this.rows.get(item);
    if (known) return known;
    const isDone = item.state === "done";
    const row = new Row(isDone ? this.settled : this.template, item, this.words);
    if (!isDone || this.showsDone) row.picture();
    this.rows.set(item, row);
    return row;
  }

  /** @param {Item} item */
  #thumbnail(item) {
    const place = document.createElement("span");
    place.className = "queue-thumb";
    void picture(place, item);
    return place;
  }

  /**
   * @param {Item[]} items
   * @param {number} coming
   * @param {number} more that have no row
   */
  #sumUp(items, coming, more) {
    const count = (/** @type {(item: Item) => boolean} */ is) => items.filter(is).length;
    const all = items.length + coming;
    const done = count(({ state }) => state === "done");
    const failed = count(({ state }) => state === "failed");
    const cancelled = count(({ state }) => state === "cancelled");
    const busy = coming + count(({ isUnderWay }) => isUnderWay);
    const paused = count(({ state }) => state === "paused");
    this.isReceipt = all > 0 && done === all;
    this.element.hidden = all === 0;
    document.documentElement.classList.toggle("has-dock", all > 0);
    const lost = count(({ isLost, handle }) => isLost && !handle);
    const again = count(({ state, isFinal }) => state === "failed" && !isFinal);
    const is = {
      "is-busy": busy,
      "is-paused": paused,
      "has-failed": again,
      "has-lost": lost,
      "is-receipt": +this.isReceipt,
    };
    for (const [name, number] of Object.entries(is)) this.element.classList.toggle(name, number > 0);
    const open =
      busy > 0 ? "under-way" : paused > 0 ? "unfinished" : failed + cancelled > 0 ? "some-failed" : "finished";
    const gaps = { all, done, failed: failed + cancelled, now: Math.min(all, done + 1), left: paused };
    this.#write("summary", this.words.say(open, gaps));
    this.#write("totals", this.#totals(items, busy, failed));
    this.#write("done", this.words.say("done", { count: done }));
    this.part("done").hidden = done === 0;
    this.#write("more", more > 0 ? this.words.say("more", { count: more }) : "");
    if (this.isReceipt) this.#receipt(items);
  }

  /**
   * How far all of it is, in words and as a bar.
   * @param {Item[]} items
   * @param {number} busy
   * @param {number} failed
   */
  #totals(items, busy, failed) {
    const counted = items.filter(({ state }) => state !== "failed" && state !== "cancelled");
    const total = counted.reduce((sum, item) => sum + item.size, 0);
    const sent = counted.reduce((sum, item) => sum + item.sent, 0);
    /** @type {HTMLProgressElement} */ (this.part("overall")).value = total > 0 ? sent / total : 0;
    if (busy === 0) return "";
    if (items.some(({ state }) => state === "offline")) return this.words.say("offline");
    this.rate.note(sent, performance.now());
    const left = this.rate.left(total - sent);
    const gaps = { sent: size(sent), total: size(total), speed: size(this.rate.speed()) };
    const parts = [left > 0 ? this.#about(left) : "", this.words.say(left > 0 ? "speed" : "sent", gaps)];
    if (failed > 0) parts.push(this.words.say("needs-retry", { count: failed }));
    return parts.filter((part) => part !== "").join(" · ");
  }

  /** @param {number} seconds */
  #about(seconds) {
    const minutes = Math.round(seconds / MINUTE);
    if (minutes < 1) return this.words.say("soon");
    if (minutes === 1) return this.words.say("about-minute");
    if (minutes < 90) return this.words.say("about-minutes", { count: minutes });
    return this.words.say("about-hours", { count: Math.round(minutes / MINUTE) });
  }

  /** @param {Item[]} items that have all arrived */
  #receipt(items) {
    const one = items.length === 1 ? items[0] : undefined;
    for (const [name, text] of Object.entries(receipt(items, this.words))) {
      // The time is that of the end.
      if (name !== "receipt-time" || this.part(name).textContent === "") this.#write(name, text);
    }
    this.element.classList.toggle("has-number", this.part("receipt-number").textContent !== "");
    // Who sends to somebody else has nothing to open.
    if (!this.part("open")) return;
    const open = /** @type {HTMLAnchorElement} */ (this.part("open"));
    const { file = "", files = "" } = open.dataset;
    const [place = "", other] = new Set(items.map((item) => pageOf(item.folder)));
    const all = place && other === undefined ? place : files;
    const areOwn = items.every((item) => !isShared(item.folder));
    open.setAttribute("href", areOwn && one?.answer.fileId ? file.replace("{id}", one.answer.fileId) : all);
    // What is somebody else's is not theirs to share.
    this.part("receipt-share").hidden = !areOwn;
    this.part("receipt-files").replaceChildren(...items.map(({ answer }) => fieldOf(answer.fileId ?? "")));
    open.setAttribute("aria-label", this.words.say(one ? "open-one" : "open-all", { name: one?.name ?? "" }));
  }

  /** The next upload gets another ticket. */
  clearReceipt() {
    this.part("receipt-time").textContent = "";
    this.rate = new TransferRate();
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
    return /** @type {HTMLElement} */ (this.section.querySelector(`[data-${name}]`));
  }
}

/**
 * What went wrong first, then what moves, the newest first; what waits, in its turn, the newest batch first.
 * @param {Item[]} items
 */
function order(items) {
  const rank = (/** @type {Item} */ { state }) => RANK[state] ?? 0;
  return items.sort((a, b) => rank(a) - rank(b) || (rank(a) === 2 ? b.at - a.at : b.turn - a.turn));
}

/**
 * A file of a form.
 * @param {string} id
 */
function fieldOf(id) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "id", value: id });
  return field;
}
