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
 *
 * @typedef {(store: IDBObjectStore) => IDBRequest | null} Act
 *
 * @typedef {object} Change
 * @property {Entry | null} entry null: it is forgotten
 * @property {boolean} isAnew it was forgotten before
 */

/** The store gives unfinished uploads up after seven days. */
const KEPT = 7 * 24 * 3600 * 1000;
/** So long another tab may want to know that a file arrived. */
const KEPT_WHEN_DONE = 60_000;
/** What changes within so many milliseconds is written at once. */
const PAUSE = 200;
/** Of more than so many it is cheaper to look at all that is there than at each. */
const MANY = 16;
/** Longer than any browser takes to open what it keeps, in milliseconds. */
const PATIENCE = 5_000;
const STORE = "unfinished";

export class Memory {
  /** @param {string} account */
  constructor(account) {
    this.account = account;
    /** What is to be written. @type {Map<string, Change>} */
    this.changes = new Map();
    this.timer = 0;
    /** Is what may wait for its time written as well? */
    this.isAllWanted = false;
    /** @type {Act[]} */
    this.acts = [];
    /** Until they are done. @type {Promise<(IDBRequest | null)[] | undefined> | undefined} */
    this.gathered = undefined;
    /** @type {Promise<unknown>} */
    this.written = Promise.resolve();
    /** @type {Promise<IDBDatabase> | undefined} */
    this.opened = undefined;
    // A page that goes away waits for nothing, and hears of nothing any more.
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
    const entries = /** @type {Entry[]} */ ((await this.#write((store) => store.getAll(), true)) ?? []);
    const now = Date.now();
    const isOld = (/** @type {Entry} */ { at, isDone }) => now - at > (isDone ? KEPT_WHEN_DONE : KEPT);
    for (const entry of entries) if (isOld(entry)) this.forget(entry.id);
    return entries.filter((entry) => entry.account === this.account && !isOld(entry));
  }

  /**
   * As another tab left it, or this one.
   * @param {string} id
   * @returns {Promise<Entry | undefined>}
   */
  find(id) {
    return this.#write((store) => store.get(id), true);
  }

  /**
   * Makes a file this tab's, with what was done for it before, unless it was sent since it was chosen.
   * @param {Entry} entry
   * @returns {Promise<Entry | undefined>} as it was left
   */
  claim(entry) {
    const change = this.changes.get(entry.id);
    // That it was chosen is said by this as well.
    if (change && mayWait(change)) this.changes.delete(entry.id);
    return this.#write((store) => {
      const asked = store.get(entry.id);
      asked.onsuccess = () => {
        const known = /** @type {Entry | undefined} */ (asked.result);
        const attempt = known?.isDone ? entry.attempt : { ...known?.attempt, ...entry.attempt };
        const isOurs = known?.tab === entry.tab && !known.isDone;
        if (!isOurs && !wasSent(known, entry)) store.put({ ...entry, attempt });
      };
      return asked;
    });
  }

  /** Waits until all is written that may not wait. */
  async flush() {
    await (this.changes.size > 0 ? this.#write(() => null) : this.written);
  }

  /**
   * What changed is written first. What is asked while something is written is done together afterwards.
   * @param {Act} act
   * @param {boolean} [isAllWanted]
   * @returns {Promise<any>} of what was asked, the result
   */
  #write(act, isAllWanted = false) {
    this.isAllWanted ||= isAllWanted;
    const place = this.acts.push(act) - 1;
    this.gathered ??= this.written.then(() => this.#writeAll());
    this.written = this.gathered;
    return this.gathered.then((requests) => requests?.[place]?.result);
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
  #writeNow(acts, isAllWanted) {
    const changes = [...this.changes].filter(([, change]) => isAllWanted || !mayWait(change));
    for (const [id] of changes) this.changes.delete(id);
    return this.#run((store) => {
      /** @type {(IDBRequest | null)[]} */
      const requests = [];
      const go = () => acts.forEach((act) => requests.push(act(store)));
      const last = write(store, changes);
      if (last) last.addEventListener("success", go);
      else go();
      if (!last && acts.length === 0) store.transaction.commit?.();
      return requests;
    });
  }

  /**
   * @param {string} id
   * @param {Entry | null} entry
   */
  #change(id, entry) {
    // What two tabs share needs locks, which browsers have in a secure context only.
    if (!isSecureContext) return;
    const before = this.changes.get(id);
    this.changes.set(id, { entry, isAnew: before?.entry === null || before?.isAnew === true });
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      void this.#write(() => null, true);
    }, PAUSE);
  }

  /**
   * A browser that keeps nothing, as in a private window, loses only this.
   * @template T
   * @param {(store: IDBObjectStore) => T} act
   * @returns {Promise<T | undefined>}
   */
  async #run(act) {
    if (!isSecureContext) return undefined;
    try {
      this.opened ??= open();
      const transaction = (await this.opened).transaction(STORE, "readwrite");
      const done = act(transaction.objectStore(STORE));
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = reject;
      });
      return done;
    } catch {
      return undefined;
    }
  }
}

/**
 * Was it only chosen?
 * @param {Change} change
 */
function mayWait({ entry, isAnew }) {
  return entry !== null && !isAnew && !entry.attempt.objectKey && !entry.isDone;
}

/**
 * What another tab has begun, or sent since, is not forgotten because the same file was chosen here as well.
 * @param {IDBObjectStore} store
 * @param {[string, Change][]} changes
 * @returns {IDBRequest | null} the last look at what is there, after which it is written
 */
function write(store, changes) {
  /** @type {Entry[]} */
  const chosen = [];
  for (const [id, change] of changes) {
    const { entry } = change;
    if (!entry) store.delete(id);
    else if (mayWait(change)) chosen.push(entry);
    else store.put(entry);
  }
  if (chosen.length > MANY) return putUnlessKnown(store, chosen, store.getAll());
  return chosen.map((entry) => putUnlessKnown(store, [entry], store.getAll(entry.id))).at(-1) ?? null;
}

/**
 * @param {IDBObjectStore} store
 * @param {Entry[]} entries
 * @param {IDBRequest<Entry[]>} asked what is there, of these at least
 */
function putUnlessKnown(store, entries, asked) {
  asked.onsuccess = () => {
    const there = new Map(asked.result.map((known) => [known.id, known]));
    for (const entry of entries) {
      const known = there.get(entry.id);
      const isBegun = !known?.isDone && known?.attempt.objectKey;
      if (!isBegun && !wasSent(known, entry)) store.put(entry);
    }
  };
  return asked;
}

/**
 * @param {Entry | undefined} known
 * @param {Entry} entry that was chosen
 */
function wasSent(known, entry) {
  return known?.isDone === true && known.at >= entry.at;
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("cloakroom-uploads", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => {
      // Whoever clears the browser's data does not wait for this page.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    // Browsers have been seen to answer never: files are sent all the same.
    setTimeout(() => reject(new Error("late")), PATIENCE);
  });
}
