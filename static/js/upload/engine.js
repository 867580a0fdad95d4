// Moves files: from the disk to the store, with all that is asked of the server on the way. Knows nothing of pages.
// @ts-check
import { addressOf } from "../page/scripts.js";
import { Calls } from "./calls.js";
import { expectUnchanged, UploadFailure } from "./failure.js";
import { Hashing, WorkerMissing } from "./hashing.js";
import { Network, orAbort } from "./network.js";
import { Pace } from "./pace.js";
import { Preflights } from "./preflights.js";
import { sendWhole } from "./single.js";
import { Together } from "./together.js";

/**
 * @typedef {"waiting" | "hashing" | "uploading" | "confirming" | "done" | "failed" | "cancelled" | "paused" | "offline"} State
 *
 * @typedef {object} Endpoints
 * @property {string} presign
 * @property {string} confirm
 * @property {string} multipart
 * @property {string} preflights
 *
 * What is known of an upload that was begun, whatever happens to the page.
 * @typedef {object} Attempt
 * @property {string} [objectKey]
 * @property {string} [uploadId] of an upload in parts
 * @property {number} [partSize]
 * @property {string} [sha256]
 * @property {string} [crc32c]
 *
 * @typedef {object} Listener
 * @property {(state: State) => void} state
 * @property {(sent: number) => void} progress bytes so far
 * @property {() => void} begun the attempt knows more now
 * @property {(checksum: string) => void} hashed may throw, if the file is not to be sent
 * @property {(thumbnail: Blob) => void} seen
 * @property {(why: import("./calls.js").Why) => void} waits
 * @property {() => void} goesOn
 *
 * @typedef {{fileId?: string, ticket?: number, message?: string}} Answer
 *
 * @typedef {object} Job
 * @property {File} file
 * @property {number} size its bytes, as browsers look at the disk whenever a file is asked for them
 * @property {number} lastModified for the same reason
 * @property {FileSystemFileHandle} [handle]
 * @property {string} folder
 * @property {Attempt} attempt
 * @property {Listener} listener
 * @property {AbortSignal} signal
 * @property {ArrayBuffer} [bytes] of a small file, as they were read for the checksum
 * @property {import("../picture/pictures.js").Seen | null} [seen] of a picture or a film; null: nothing
 * @property {File} [original] of which something was taken out before it is sent
 * @property {{key?: string, sent: Promise<unknown>}} [thumbnail] under which key, and until it is sent or not
 */

/** So often is tried again what may come after all. */
const TRIES = 2;
/** The server takes so many at once. */
const LAST_WORDS = 50;

export class Engine {
  /**
   * @param {Endpoints} endpoints
   * @param {number} singleMost bytes that one PUT may carry
   * @param {string} workerUrl
   * @param {() => Promise<void>} signInAgain
   * @param {string} account
   * @param {import("./sight.js").Sight} sight
   */
  constructor(endpoints, singleMost, workerUrl, signInAgain, account, sight) {
    this.sight = sight;
    this.endpoints = endpoints;
    this.singleMost = singleMost;
    this.network = new Network();
    this.calls = new Calls(this.network, signInAgain, account);
    const post = (/** @type {string} */ url, /** @type {unknown} */ body) => this.calls.post(url, body);
    this.presigning = new Together(
      post,
      endpoints.presign,
      (uploads) => ({ uploads }),
      ({ uploads }) => uploads,
    );
    const keys = (/** @type {{objectKey: string}[]} */ bodies) => bodies.map(({ objectKey }) => objectKey);
    const gather = (/** @type {any[]} */ bodies) => ({ objectKeys: keys(bodies) });
    this.confirming = new Together(post, endpoints.confirm, gather, ({ files }) => files);
    this.hashing = new Hashing(workerUrl);
    this.pace = new Pace();
    this.preflights = new Preflights(endpoints.preflights, this.calls.headers);
  }

  /** What the first of several asks goes along with what the others do. */
  expectMany() {
    this.presigning.isCrowded = true;
    this.confirming.isCrowded = true;
  }

  /** @param {number} size */
  isInParts(size) {
    return size > this.singleMost;
  }

  /**
   * @param {Job} job
   * @returns {Promise<Answer>}
   */
  transfer(job) {
    return this.isInParts(job.size) ? this.#transferInParts(job) : sendWhole(this, job);
  }

  /**
   * Large files are rare, so that what sends them is loaded when it is used.
   * @param {Job} job
   * @returns {Promise<Answer>}
   */
  async #transferInParts(job) {
    for (let tries = 0; ; tries += 1) {
      const loaded = await import(addressOf("upload/multipart.js", tries)).catch(() => null);
      if (loaded) return /** @type {typeof import("./multipart.js")} */ (loaded).sendInParts(this, job);
      await this.#await(tries, job);
    }
  }

  /**
   * A script that did not come is waited for, unless another version of the app has taken the place of this page's.
   * @param {number} tries
   * @param {Job} job
   */
  async #await(tries, { listener, signal }) {
    const answer = tries < TRIES ? null : await fetch(this.hashing.url, { method: "HEAD", signal }).catch(() => null);
    signal.throwIfAborted();
    if (answer?.status === 404) throw new UploadFailure("unknown");
    listener.waits("network");
    await this.network.rest(tries, signal);
  }

  /**
   * Computes a checksum, again if the worker did not come.
   * @template T
   * @param {Job} job
   * @param {() => Promise<T>} compute
   */
  async hash(job, compute) {
    for (let tries = 0; ; tries += 1) {
      try {
        return await orAbort(compute(), job.signal);
      } catch (error) {
        if (error instanceof WorkerMissing) await this.#await(tries, job);
        else if (!(error instanceof UploadFailure) || error.kind !== "changed") throw error;
        else {
          // Browsers say the same of what they could not read just now.
          await expectUnchanged(job.original ?? job.file, job.handle);
          if (tries >= TRIES) throw new UploadFailure("unknown");
          await this.network.rest(tries, job.signal);
        }
      }
    }
  }

  /**
   * A last word to the server while the page goes away.
   * @param {Attempt[]} attempts
   */
  confirmInPassing(attempts) {
    const say = (/** @type {string} */ url, /** @type {unknown} */ body) => {
      const headers = { ...this.calls.headers, "Content-Type": "application/json" };
      void fetch(url, { method: "POST", keepalive: true, headers, body: JSON.stringify(body) }).catch(() => {});
    };
    const objectKeys = attempts.flatMap(({ objectKey, uploadId }) => (objectKey && !uploadId ? [objectKey] : []));
    if (objectKeys.length > 0) say(`${this.endpoints.confirm}/batch`, { objectKeys: objectKeys.slice(0, LAST_WORDS) });
    for (const { objectKey, uploadId } of attempts) {
      if (objectKey && uploadId) say(this.upload(uploadId, "completion"), { objectKey });
    }
  }

  /**
   * Parts that nobody will complete need no place in the store.
   * @param {Attempt} attempt
   */
  abandon({ objectKey, uploadId }) {
    if (!objectKey || !uploadId) return;
    const url = `${this.upload(uploadId)}?objectKey=${encodeURIComponent(objectKey)}`;
    void fetch(url, { method: "DELETE", keepalive: true, headers: this.calls.headers }).catch(() => {});
  }

  /**
   * @param {string} uploadId
   * @param {string} [what] of it
   */
  upload(uploadId, what) {
    return [this.endpoints.multipart, encodeURIComponent(uploadId), ...(what ? [what] : [])].join("/");
  }
}
