// Remembers what is not finished, in this browser, for the case that the page or the browser ends.
// @ts-check

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
 */

/** The store gives unfinished uploads up after seven days. */
const KEPT = 7 * 24 * 3600 * 1000;
/** So long another tab may want to know that a file arrived. */
const KEPT_WHEN_DONE = 60_000;
/** What changes within so many milliseconds is written at once. */
const PAUSE = 200;
const STORE = "unfinished";

export class Memory {
  /** @param {string} account */
  constructor(account) {
    this.account = account;
    /** What is to be written; null: forgotten. @type {Map<string, Entry | null>} */
    this.changes = new Map();
    this.timer = 0;
    /** @type {Promise<IDBDatabase> | undefined} */
    this.opened = undefined;
    addEventListener("pagehide", () => void this.flush());
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
   * What this account has not finished; what is too old is forgotten.
   * @returns {Promise<Entry[]>}
   */
  async list() {
    const entries = /** @type {Entry[]} */ ((await this.#run("readonly", (store) => store.getAll())) ?? []);
    const now = Date.now();
    for (const { id, at, isDone } of entries) if (now - at > (isDone ? KEPT_WHEN_DONE : KEPT)) this.forget(id);
    return entries.filter(({ account, at, isDone }) => account === this.account && !isDone && now - at <= KEPT);
  }

  /**
   * As another tab left it, or this one.
   * @param {string} id
   * @returns {Promise<Entry | undefined>}
   */
  async find(id) {
    await this.flush();
    return this.#run("readonly", (store) => store.get(id));
  }

  async flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    const changes = [...this.changes];
    this.changes.clear();
    if (changes.length === 0) return;
    await this.#run("readwrite", (store) => {
      for (const [id, entry] of changes) {
        if (entry) put(store, entry);
        else store.delete(id);
      }
      return null;
    });
  }

  /**
   * @param {string} id
   * @param {Entry | null} entry
   */
  #change(id, entry) {
    // What two tabs share needs locks, which browsers have in a secure context only.
    if (!isSecureContext) return;
    this.changes.set(id, entry);
    this.timer ||= window.setTimeout(() => void this.flush(), PAUSE);
  }

  /**
   * A browser that keeps nothing, as in a private window, loses only this.
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest | null} act
   * @returns {Promise<any>}
   */
  async #run(mode, act) {
    if (!isSecureContext) return undefined;
    try {
      this.opened ??= open();
      const transaction = (await this.opened).transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = reject;
      });
      return request?.result;
    } catch {
      return undefined;
    }
  }
}

/**
 * What another tab has begun is not forgotten because the same file was chosen here as well.
 * @param {IDBObjectStore} store
 * @param {Entry} entry
 */
function put(store, entry) {
  if (entry.attempt.objectKey || entry.isDone) return void store.put(entry);
  const known = store.get(entry.id);
  known.onsuccess = () => {
    if (known.result?.isDone !== false || !known.result.attempt.objectKey) store.put(entry);
  };
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("cloakroom-uploads", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
