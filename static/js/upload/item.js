// One file that is to be uploaded: what it is, how far it is, and what is in its way.
// @ts-check
import { TransferRate } from "./transfer_rate.js";

/**
 * @typedef {import("./engine.js").State} State
 * @typedef {import("./memory.js").Entry} Entry
 */

/** Why a transfer was stopped. */
export const PAUSED = Symbol("paused");
export const CANCELLED = Symbol("cancelled");

export class Item {
  /**
   * @param {string} account
   * @param {Pick<Entry, "name" | "type" | "size" | "lastModified" | "folder">} facts
   */
  constructor(account, { name, type, size, lastModified, folder }) {
    this.account = account;
    this.name = name;
    this.type = type;
    this.size = size;
    this.lastModified = lastModified;
    this.folder = folder;
    this.at = Date.now();
    /** What tells it from other files, also after a reload. */
    this.id = JSON.stringify([account, folder, name, size, lastModified]);
    /** None after a reload, until it is chosen again. @type {File | null} */
    this.file = null;
    /** @type {FileSystemFileHandle | undefined} */
    this.handle = undefined;
    /** @type {import("./engine.js").Attempt} */
    this.attempt = {};
    /** @type {State} */
    this.state = "waiting";
    /** The file that it takes the place of. @type {string | undefined} */
    this.replaces = undefined;
    /** What went wrong, in words. */
    this.reason = "";
    /** The name of the words for what it waits for. */
    this.note = "";
    /** Another attempt would end the same way. */
    this.isFinal = false;
    /** The same file is in the queue, and is to be sent again all the same. */
    this.isWanted = false;
    this.isElsewhere = false;
    /** The store took it: it is to be confirmed. */
    this.isSent = false;
    /** The store did not take it: it rests until the next try. */
    this.isResting = false;
    this.sent = 0;
    /** When it began, by counting. */
    this.turn = 0;
    this.stop = new AbortController();
    /** Why it was stopped last: what is paused may be cancelled before it stands still. @type {symbol | null} */
    this.stopped = null;
    this.rate = new TransferRate();
    /** @type {import("./engine.js").Answer} */
    this.answer = {};
    /** Told once it can be seen, which is in its turn. @type {(thumbnail: Blob) => void} */
    this.seen = () => {};
    /** @type {Promise<Blob>} */
    this.thumbnail = new Promise((resolve) => (this.seen = resolve));
  }

  get isOver() {
    return this.state === "done" || this.state === "failed" || this.state === "cancelled";
  }

  /** Does it go on by itself? */
  get isUnderWay() {
    return !this.isOver && this.state !== "paused";
  }

  /** Has it to be chosen again? */
  get isLost() {
    return this.file === null;
  }

  /** What is remembered of it. @returns {Omit<Entry, "tab">} */
  get entry() {
    const { id, account, name, type, size, lastModified, folder, attempt, handle } = this;
    const isDone = this.state === "done";
    const at = isDone ? Date.now() : this.at;
    const kept = { id, account, name, type, size, lastModified, folder, at, attempt: { ...attempt }, isDone };
    return { ...kept, ...(handle ? { handle } : {}) };
  }

  /** @param {typeof PAUSED | typeof CANCELLED} why */
  halt(why) {
    if (!this.stop.signal.aborted || why === CANCELLED) this.stopped = why;
    this.stop.abort(why);
  }

  /** @param {number} sent bytes so far */
  progress(sent) {
    this.sent = sent;
    this.isResting = false;
    this.rate.note(sent, performance.now());
    if (this.state !== "offline" && this.note === "") return;
    this.note = "";
    this.state = "uploading";
  }

  /** As if it had just been chosen. */
  renew() {
    this.stop = new AbortController();
    this.rate = new TransferRate();
    this.note = "";
    this.reason = "";
    this.state = "waiting";
  }
}
