// Remembers what is not finished, in this browser, for the case that the page or the browser ends.
// @ts-check
import { isChosen, isOld, Journal, wasSent } from "./journal.js";

/**
 * @typedef {object} Entry
 * @property {string} id what tells a file from others
 * @property {string} account whose it is
 * @property {string} name
 * @property {string} type
 * @property {number} size
 * @property {number} lastModified
 * @property {string} folder
 * @property {number} at when it was chosen, or had arrived
 * @property {import("./engine.js").Attempt} attempt
 * @property {boolean} isDone
 * @property {string} tab in which it was begun
 * @property {FileSystemFileHandle} [handle]
 *
 * @typedef {import("./journal.js").Change} Change
 *
 * What is asked of the journal, once it was read: the answer, and what is to be added.
 * @typedef {() => {answer: any, change?: Change}} Act
 */

/** What may wait is written with what else comes within so many milliseconds. */
const PAUSE = 200;

export class Memory {
  /** @param {string} account */
  constructor(account) {
    this.account = account;
    this.journal = new Journal();
    /** What is to be written. @type {Map<string, Change>} */
    this.changes = new Map();
    this.timer = 0;
    /** Is what may wait written as well? */
    this.isAllWanted = false;
    /** @type {Act[]} */
    this.acts = [];
    /** Until they are done. @type {Promise<any[]> | undefined} */
    this.gathered = undefined;
    /** @type {Promise<unknown>} */
    this.written = Promise.resolve();
    // A page that goes away waits for nothing.
    addEventListener("pagehide", () => void this.#writeNow([], true));
  }

  /** @param {Entry} entry */
  keep(entry) {
    this.#change(entry.id, entry);
  }

  /** @param {string} id */
  forget(id) {
    this.#change(id, null);
  }

  /**
   * What this account has not finished, or just has; what is too old is forgotten.
   * @returns {Promise<Entry[]>}
   */
  async list() {
    /** @type {Entry[]} */
    const entries = (await this.#write(() => ({ answer: [...this.journal.entries.values()].map(copy) }), true)) ?? [];
    for (const entry of entries) if (isOld(entry)) this.forget(entry.id);
    return entries.filter((entry) => entry.account === this.account && !isOld(entry));
  }

  /**
   * As another tab left it, or this one.
   * @param {string} id
   * @returns {Promise<Entry | undefined>}
   */
  find(id) {
    return this.#write(() => ({ answer: copy(this.journal.entries.get(id)) }), true);
  }

  /**
   * Makes a file this tab's, with what was done for it before, unless it was sent since it was chosen.
   * @param {Entry} entry
   * @returns {Promise<Entry | undefined>} as it was left
   */
  claim(entry) {
    const { id } = entry;
    const change = this.changes.get(id);
    // That it was chosen is said by this as well.
    if (change && isChosen(change)) this.changes.delete(id);
    return this.#write(() => {
      const known = copy(this.journal.entries.get(id));
      const attempt = known?.isDone ? entry.attempt : { ...known?.attempt, ...entry.attempt };
      const isOurs = known?.tab === entry.tab && !known.isDone;
      if (isOurs || wasSent(known, entry)) return { answer: known };
      return { answer: known, change: { id, entry: { ...entry, attempt }, isAnew: true } };
    });
  }

  /** Waits until all is written that may not wait. */
  async flush() {
    const isUrgent = [...this.changes.values()].some((change) => !isChosen(change));
    await (isUrgent ? this.#write(null) : this.written);
  }

  /**
   * What changed is written first. What is asked while something is written is done together afterwards.
   * @param {Act | null} act
   * @param {boolean} [isAllWanted]
   * @returns {Promise<any>} what it answers
   */
  #write(act, isAllWanted = false) {
    this.isAllWanted ||= isAllWanted;
    const place = act ? this.acts.push(act) - 1 : -1;
    this.gathered ??= this.written.then(() => this.#writeAll());
    this.written = this.gathered;
    return this.gathered.then((answers) => answers[place]);
  }

  #writeAll() {
    const { acts, isAllWanted } = this;
    [this.acts, this.gathered, this.isAllWanted] = [[], undefined, false];
    return this.#writeNow(acts, isAllWanted);
  }

  /**
   * @param {Act[]} acts
   * @param {boolean} isAllWanted
   */
  async #writeNow(acts, isAllWanted) {
    const changes = [...this.changes.values()].filter((change) => isAllWanted || !isChosen(change));
    for (const { id } of changes) this.changes.delete(id);
    /** @type {any[]} */
    const answers = [];
    const act = () =>
      acts.flatMap((one) => {
        const { answer, change } = one();
        answers.push(answer);
        return change ? [change] : [];
      });
    // What two tabs share needs locks, which browsers have in a secure context only.
    if (isSecureContext && changes.length + acts.length > 0) {
      await this.journal.write(changes, acts.length > 0 ? act : null);
    }
    return answers;
  }

  /**
   * @param {string} id
   * @param {Entry | null} entry
   */
  #change(id, entry) {
    if (!isSecureContext) return;
    const before = this.changes.get(id);
    this.changes.set(id, { id, entry, isAnew: before?.entry === null || before?.isAnew === true });
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      void this.#write(null, true);
    }, PAUSE);
  }
}

/**
 * Who asked may change it.
 * @template {Entry | undefined} T
 * @param {T} entry
 * @returns {T}
 */
function copy(entry) {
  return entry && { ...entry, attempt: { ...entry.attempt } };
}
