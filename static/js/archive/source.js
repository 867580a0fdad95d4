// What the server says of an archive: what is to be in it, and where each file is read, just before it is.
// @ts-check
import { Calls } from "../upload/calls.js";
import { Network } from "../upload/network.js";

/**
 * @typedef {import("./start.js").Wanted} Wanted
 *
 * @typedef {object} Entry
 * @property {string} fileId
 * @property {string} name
 * @property {string} path the folders that it lies in, in the archive
 * @property {number | null} size in bytes, where it is known
 * @property {string} modified
 *
 * @typedef {{entries: string, urls: string}} Places
 */

/** So many ids go with one request. */
const IDS = 500;
/** So many URLs are asked for together, of files that are so large together at most, in bytes: so they are read before they are over. */
const AHEAD = 10;
const AHEAD_BYTES = 16_000_000;
/** They work for at least half a minute. */
const FRESH = 25_000;

export class Source {
  /**
   * @param {Places} places
   * @param {string} account for which all is asked
   * @param {() => Promise<void>} signInAgain
   * @param {AbortSignal} signal
   */
  constructor(places, account, signInAgain, signal) {
    this.places = places;
    this.network = new Network();
    this.calls = new Calls(this.network, signInAgain, account);
    this.task = { signal, listener: { waits() {}, goesOn() {} } };
    /** @type {Entry[]} in the order in which they are read */
    this.entries = [];
    /** @type {Map<string, {url: string, until: number}>} */
    this.urls = new Map();
    /** What lets the following pages through that the first was counted for. */
    this.permit = "";
    /** A guest's download is called so until it has a permit: asked again, as an answer was lost, it counts once. */
    this.download = account ? "" : numberOfItsOwn();
  }

  /**
   * @param {Wanted} wanted
   * @returns {Promise<number>} how many of those that were named are not there any more
   */
  async list({ ids = [], folders = [], found, folder }) {
    for (let from = 0; from < ids.length; from += IDS) await this.#pages({ ids: ids.slice(from, from + IDS) });
    const vanished = ids.length - this.entries.length;
    if (found !== undefined || folder || ids.length + folders.length === 0) await this.#pages({ found, folder });
    if (folders.length > 0) await this.#pages({ folders });
    return vanished;
  }

  /** @param {Wanted} wanted */
  async #pages(wanted) {
    /** @type {string | null} */
    let after = null;
    do {
      const body = { ...wanted, ...this.#permitted(), ...(after ? { after } : {}) };
      /** @type {{entries: Entry[], next: string | null, permit?: string}} */
      const answer = await this.calls.ask(this.places.entries, { body }, this.task);
      this.permit = answer.permit ?? this.permit;
      this.entries.push(...answer.entries);
      after = answer.next;
    } while (after);
  }

  #permitted() {
    if (this.permit) return { permit: this.permit };
    return this.download ? { download: this.download } : {};
  }

  /**
   * Where a file is read; nowhere when it is gone.
   * @param {number} at its place among the entries
   * @returns {Promise<string | null>}
   */
  async urlOf(at) {
    const id = this.entries[at]?.fileId ?? "";
    const known = this.urls.get(id);
    if (known && known.until > Date.now()) return known.url;
    const next = [];
    let bytes = 0;
    for (const { fileId, size } of this.entries.slice(at, at + AHEAD)) {
      bytes += size ?? AHEAD_BYTES;
      if (next.length > 0 && bytes > AHEAD_BYTES) break;
      next.push(fileId);
    }
    const until = Date.now() + FRESH;
    /** @type {{urls: {fileId: string, url: string}[]}} */
    const { urls } = await this.calls.ask(this.places.urls, { body: { ids: next, ...this.#permitted() } }, this.task);
    for (const { fileId, url } of urls) this.urls.set(fileId, { url, until });
    return urls.find(({ fileId }) => fileId === id)?.url ?? null;
  }

  /**
   * The next time it is asked for anew.
   * @param {number} at
   */
  forget(at) {
    this.urls.delete(this.entries[at]?.fileId ?? "");
  }
}

/** 128 random bits, in hexadecimal digits. */
function numberOfItsOwn() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
