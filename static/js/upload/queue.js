// The page's side of uploading: what is chosen is queued, sent in its turn, and told of.
// @ts-check
import { SIGNED_IN } from "../page/sign_in_again.js";
import { startActions } from "./actions.js";
import { ended } from "./alone.js";
import { Dock } from "./dock.js";
import { Engine } from "./engine.js";
import { fromOpen } from "./folders.js";
import { guardLeaving, Wakefulness } from "./guard.js";
import { Incoming } from "./incoming.js";
import { isTaken, startIntake } from "./intake.js";
import { Item } from "./item.js";
import { refuse, send } from "./journey.js";
import { Memory } from "./memory.js";
import { News } from "./news.js";
import { SMALL } from "./pace.js";
import { askAfter, isItsFile, listLost, rejoin, reopen, Tab } from "./resume.js";
import { withoutSameNames } from "./same_names.js";
import { startSender } from "./sender.js";
import { Sight } from "./sight.js";
import { Words } from "./words.js";

/**
 * @typedef {import("./folders.js").Found} Found
 * @typedef {import("./same_names.js").Wanted} Wanted
 */

/** So many are made ready while the line is full; of small ones, for which more is asked than sent, whenever there are. */
const AHEAD = 2;
const SMALL_AHEAD = 120;
/** Large files fill the line with their parts. */
const LARGE_AT_ONCE = 2;
/** Others take the places of so many that the store did not take yet. */
const RESTING = 6;

/**
 * @param {Document} page
 * @param {{signInAgain?: (page: Document) => Promise<void>}} [options]
 */
export function startUploads(page, { signInAgain = () => Promise.reject(new Error("nobody asks")) } = {}) {
  const section = page.querySelector("[data-upload]");
  // Whoever closes the dialog comes back to it by its notice; until then the queue waits.
  const back = () => new Promise((resolve) => page.body.addEventListener(SIGNED_IN, resolve, { once: true }));
  const ask = () => signInAgain(page).catch(async () => void (await back()));
  if (!(section instanceof HTMLElement)) return null;
  const queue = new UploadQueue(page, section, ask);
  queue.start();
  return queue;
}

export class UploadQueue {
  /**
   * @param {Document} page
   * @param {HTMLElement} section
   * @param {() => Promise<void>} signInAgain
   */
  constructor(page, section, signInAgain) {
    this.page = page;
    this.section = section;
    this.words = new Words(section);
    this.dock = new Dock(section, this.words);
    const { account = "", largest = "", singleMax = "", types = "", worker = "" } = section.dataset;
    const { pictures = "", presignUrl = "", confirmUrl = "", multipartUrl = "", preflightsUrl = "" } = section.dataset;
    const endpoints = { presign: presignUrl, confirm: confirmUrl, multipart: multipartUrl, preflights: preflightsUrl };
    this.engine = new Engine(
      endpoints,
      Number(singleMax),
      worker,
      signInAgain,
      account,
      new Sight(pictures, () => section.dataset["removesPlace"] !== undefined),
    );
    this.told = startSender(page, this.engine.calls.headers);
    this.account = account;
    this.largest = Number(largest);
    this.types = types.split(",").filter((type) => type !== "");
    this.memory = new Memory(account);
    this.tab = new Tab();
    /** Other tabs whose end is waited for. @type {Set<string>} */
    this.followed = new Set();
    this.wakefulness = new Wakefulness();
    /** @type {Item[]} */
    this.items = [];
    this.incoming = new Incoming(
      (wanted, at) => this.enqueue(wanted, at),
      () => this.next(),
    );
    /** Those that wait for their turn, in their order. @type {Set<Item>} */
    this.pending = new Set();
    /** @type {Set<Item>} */
    this.running = new Set();
    /** Which file is which item's, by name, place and checksum. @type {Map<string, Item>} */
    this.known = new Map();
    this.turns = 0;
    this.news = new News(page.body);
  }

  start() {
    const veil = this.dock.part("veil");
    const lost = (/** @type {number} */ count) => this.announce("unreadable-many", { count });
    startIntake(this.page, veil, (found) => this.add(found), lost);
    startActions(this);
    guardLeaving(
      () => this.items.some(({ isOver, isLost, note }) => !isOver && !isLost && note !== "same"),
      () => this.sayLastWord(),
    );
    addEventListener("offline", () => this.show());
    void this.recall();
  }

  /** @param {Found[]} found */
  async add(found) {
    if (found.length === 0) return;
    await this.told();
    const lost = this.items.filter(({ isLost }) => isLost);
    const fresh = found.filter((one) => !lost.some((known) => isItsFile(known, one)));
    const placed = fresh.map((one) => ({ ...one, folder: fromOpen(this.page, one.folder) }));
    const wanted = await withoutSameNames(this.page, placed, (one) => this.mayCome(one));
    this.take(
      found.filter((one) => !fresh.includes(one)),
      wanted,
    );
  }

  /** @param {Wanted} wanted as far as this page can tell */
  mayCome({ file }) {
    return file.size <= this.largest && isTaken(this.types, file.type);
  }

  /**
   * @param {Found[]} again what was not finished, and was chosen again
   * @param {Wanted[]} fresh
   */
  take(again, fresh) {
    if (again.length + fresh.length === 0) return;
    const isOver = this.incoming.count === 0 && this.items.every(({ state }) => state === "done");
    if (isOver) this.drop([...this.items]);
    this.dock.clearReceipt();
    const lost = this.items.filter(({ isLost }) => isLost);
    const rejoined = again.map((one) => lost.find((item) => rejoin(item, one)));
    for (const item of rejoined) if (item) this.pending.add(item);
    if (again.length + fresh.length > 1) this.announce("begun", { all: again.length + fresh.length });
    if (fresh.length > 1) this.engine.expectMany();
    void this.incoming.take(fresh);
    this.next();
  }

  /**
   * @param {Wanted} found
   * @param {number} at
   */
  enqueue({ file, folder, handle, replaces }, at) {
    const { name, type, size, lastModified } = file;
    const item = new Item(this.account, { name, type, size, lastModified, folder });
    Object.assign(item, { file, handle, at, replaces });
    this.items.push(item);
    if (size > this.largest) refuse(this, item, this.words.say("too-large"));
    else if (!isTaken(this.types, type)) refuse(this, item, this.words.say("type"));
    else if (this.isSame(item, item.id)) {
      // Whatever becomes of it, the first one is remembered by itself.
      item.id += `#${Math.random()}`;
      this.hold(item, "same");
    } else {
      this.pending.add(item);
      this.remember(item);
    }
  }

  /**
   * Is the same file in the queue already?
   * @param {Item} item
   * @param {string} mark
   */
  isSame(item, mark) {
    if (item.isWanted || item.size === 0) return false;
    const twin = this.known.get(mark);
    if (twin && twin !== item && twin.state !== "failed" && twin.state !== "cancelled") return true;
    this.known.set(mark, item);
    return false;
  }

  /**
   * Stands still until somebody decides.
   * @param {Item} item
   * @param {string} note
   */
  hold(item, note) {
    item.state = "paused";
    item.note = note;
  }

  next() {
    for (const item of this.pending) {
      let rest = RESTING;
      const working = [...this.running].filter(
        (one) => one.state !== "done" && !one.isElsewhere && !(one.isResting && rest-- > 0),
      );
      const { pace } = this.engine;
      const ahead = item.size <= SMALL ? SMALL_AHEAD : pace.isFull() ? AHEAD : 0;
      if (working.length >= pace.most + ahead) break;
      const isLarge = this.engine.isInParts(item.size);
      if (isLarge && working.filter(({ size }) => this.engine.isInParts(size)).length >= LARGE_AT_ONCE) continue;
      this.pending.delete(item);
      if (item.state === "waiting" && item.file && !this.running.has(item)) void send(this, item);
    }
    this.wakefulness.keep(this.running.size > 0);
    this.show();
  }

  /** @param {Item} item */
  remember(item) {
    this.memory.keep({ ...item.entry, tab: this.tab.name });
  }

  /** @param {Item[]} items */
  drop(items) {
    const gone = new Set(items);
    this.items = this.items.filter((item) => !gone.has(item));
    for (const [mark, item] of this.known) if (gone.has(item)) this.known.delete(mark);
    for (const item of items) this.pending.delete(item);
  }

  /** What an earlier page left unfinished. */
  async recall() {
    const { lost: left, tabs, isNews } = await listLost(this.memory);
    if (isNews) this.tell();
    for (const tab of tabs) void this.#follow(tab);
    // Somebody may have chosen it again by now.
    this.incoming.finish();
    const here = new Set(this.items.map(({ id }) => id));
    const lost = left.filter(({ id }) => !here.has(id));
    if (lost.length === 0) return;
    this.items.unshift(...lost);
    for (const item of lost) if (item.handle && (await reopen(item, "query"))) this.pending.add(item);
    this.next();
    await askAfter(lost, this.engine, (item) => {
      item.state = "done";
      this.remember(item);
      this.drop([item]);
      this.tell();
      this.show();
    });
  }

  /**
   * Takes up what another tab leaves unfinished when it ends.
   * @param {string} tab
   */
  async #follow(tab) {
    if (tab === this.tab.name || this.followed.has(tab)) return;
    this.followed.add(tab);
    await ended(tab);
    await this.recall();
  }

  /** The page goes away: whatever is in the store to its last byte is confirmed by a request that outlives it. */
  sayLastWord() {
    // What came in parts outlives the page anyway while it is confirmed.
    const isSent = (/** @type {Item} */ { state, sent, size, isSent, attempt }) =>
      (isSent && !attempt.uploadId) || (state === "uploading" && sent >= size);
    this.engine.confirmInPassing([...this.running].filter(isSent).map(({ attempt }) => attempt));
  }

  counts() {
    const count = (/** @type {string} */ state) => this.items.filter((item) => item.state === state).length;
    return { all: this.items.length, done: count("done"), failed: count("failed") + count("cancelled") };
  }

  show() {
    this.dock.show(this);
  }

  /** So many are on their way, or will be. */
  get left() {
    return this.running.size + this.pending.size + this.incoming.count;
  }

  /** Tells the page that files came. */
  tell() {
    this.news.tell(this.left);
  }

  /**
   * @param {string} phrase
   * @param {Record<string, string | number>} gaps
   */
  announce(phrase, gaps) {
    this.dock.part("milestones").textContent = this.words.say(phrase, gaps);
  }
}
