// What the tabs of this browser know of files that are not finished: each adds to a journal what it does, and reads what was added
// since it looked last. A page of it tells of many files, as each request to a browser's database costs as much as sending a small one.
// @ts-check

/**
 * @typedef {import("./memory.js").Entry} Entry
 *
 * @typedef {object} Change
 * @property {string} id
 * @property {Entry | null} entry null: it is forgotten
 * @property {boolean} isAnew whatever was known of it is forgotten first
 *
 * @typedef {object} Page
 * @property {Change[]} changes
 * @property {boolean} isWhole it tells of all that is known: what came before is gone
 * @property {number} [number] by which pages are in order
 */

/** The store gives unfinished uploads up after seven days. */
const KEPT = 7 * 24 * 3600 * 1000;
/** So long another tab may want to know that a file arrived. */
const KEPT_WHEN_DONE = 60_000;
/** Longer than any browser takes to open what it keeps, in milliseconds. */
const PATIENCE = 5_000;
/** A journal of more changes is written anew, if most of them tell of nothing any more. */
const LONG = 4_000;
const MOST = 4;
const STORE = "journal";
/** Of the version before, which had an entry for each file. */
const ENTRIES = "unfinished";

export class Journal {
  constructor() {
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.count = 0;
    /** The page that was read last. */
    this.seen = 0;
    /** @type {Promise<IDBDatabase> | undefined} */
    this.opened = undefined;
  }

  /**
   * Adds what is given, and what comes of what is known by then; all or nothing. A browser that keeps nothing, as in a private window,
   * loses only this.
   * @param {Change[]} changes
   * @param {(() => Change[]) | null} act
   */
  async write(changes, act) {
    try {
      this.opened ??= open();
      const transaction = (await this.opened).transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      add(store, changes);
      if (act) this.#read(store, act);
      // A page that goes away hears of nothing any more.
      else transaction.commit?.();
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = reject;
      });
    } catch {
      // What was read may never have been written.
      [this.seen, this.count] = [0, 0];
      this.entries.clear();
    }
  }

  /**
   * @param {IDBObjectStore} store
   * @param {() => Change[]} act
   */
  #read(store, act) {
    const asked = store.getAll(IDBKeyRange.lowerBound(this.seen, true));
    asked.onsuccess = () => {
      for (const page of /** @type {Page[]} */ (asked.result)) this.#apply(page);
      if (this.count > LONG) this.#shorten(store);
      add(store, act());
    };
  }

  /** @param {Page} page */
  #apply({ changes, isWhole, number = 0 }) {
    if (isWhole) {
      this.entries.clear();
      this.count = 0;
    }
    for (const change of changes) {
      const { id, entry, isAnew } = change;
      const known = isAnew ? undefined : this.entries.get(id);
      if (!entry) this.entries.delete(id);
      // What another tab has begun, or sent since, is not forgotten because the same file was chosen here as well.
      else if (!isChosen(change) || !(isBegun(known) || wasSent(known, entry))) this.entries.set(id, entry);
    }
    this.count += changes.length;
    this.seen = number;
  }

  /** @param {IDBObjectStore} store */
  #shorten(store) {
    const left = [...this.entries.values()].filter((entry) => !isOld(entry));
    if (this.count < MOST * left.length) return;
    store.clear();
    add(
      store,
      left.map((entry) => ({ id: entry.id, entry, isAnew: true })),
      true,
    );
  }
}

/**
 * @param {IDBObjectStore} store
 * @param {Change[]} changes
 * @param {boolean} [isWhole]
 */
function add(store, changes, isWhole = false) {
  if (changes.length > 0 || isWhole) store.add({ changes, isWhole });
}

/**
 * Was it only chosen?
 * @param {Change} change
 */
export function isChosen({ entry, isAnew }) {
  return entry !== null && !isAnew && !entry.attempt.objectKey && !entry.isDone;
}

/** @param {Entry} entry */
export function isOld({ at, isDone }) {
  return Date.now() - at > (isDone ? KEPT_WHEN_DONE : KEPT);
}

/** @param {Entry | undefined} known */
function isBegun(known) {
  return known !== undefined && !known.isDone && known.attempt.objectKey !== undefined;
}

/**
 * @param {Entry | undefined} known
 * @param {Entry} entry that was chosen
 */
export function wasSent(known, entry) {
  return known?.isDone === true && known.at >= entry.at;
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("cloakroom-uploads", 2);
    request.onupgradeneeded = () => begin(request.result, request.transaction);
    request.onsuccess = () => {
      // Whoever clears the browser's data does not wait for this page, and neither does another version of it.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    // Browsers have been seen to answer never: files are sent all the same.
    setTimeout(() => reject(new Error("late")), PATIENCE);
  });
}

/**
 * @param {IDBDatabase} database
 * @param {IDBTransaction | null} transaction
 */
function begin(database, transaction) {
  const store = database.createObjectStore(STORE, { keyPath: "number", autoIncrement: true });
  if (!transaction || !database.objectStoreNames.contains(ENTRIES)) return;
  const asked = transaction.objectStore(ENTRIES).getAll();
  asked.onsuccess = () => {
    add(
      store,
      asked.result.map((entry) => ({ id: entry.id, entry, isAnew: true })),
    );
    database.deleteObjectStore(ENTRIES);
  };
}
