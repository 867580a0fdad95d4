// Checksums of files and of their parts, computed by workers.
// @ts-check
import { sha256 } from "./digest.js";
import { read, unreadable } from "./failure.js";

/** One processor is left to the page, and more workers than this compute faster than any line sends. */
const WORKERS = Math.max(1, Math.min(3, navigator.hardwareConcurrency - 1));

/** Browsers compute SHA-256 of a whole buffer only; bytes. */
const AT_A_TIME = 256 * 1024 * 1024;

/** What is smaller is read once, and sent as it was read; bytes. */
const KEPT_IN_MEMORY = 1024 * 1024;

/** What is smaller takes longer on the way to a worker than the page needs to have it hashed; bytes. */
const AT_ONCE = 128 * 1024;

/**
 * @typedef {{value: string, bytes?: ArrayBuffer}} Computed
 * @typedef {{resolve: (computed: Computed) => void, reject: (reason: unknown) => void}} Asked
 */

export class Hashing {
  /** @param {string} url of the worker's script */
  constructor(url) {
    this.url = url;
    this.last = 0;
    /** @type {Map<number, Worker>} */
    this.workers = new Map();
    /** @type {Map<number, Asked>} */
    this.waiting = new Map();
  }

  /**
   * Of a whole small file: SHA-256 where the browser has it, which it has not without a secure context, and where the
   * file fits into memory as a whole.
   * @param {Blob} blob
   * @param {number} size of it
   * @returns {Promise<{checksum: {sha256: string} | {crc32c: string}, bytes?: ArrayBuffer}>} of a small one its bytes too
   */
  async whole(blob, size) {
    if (!globalThis.isSecureContext || size > AT_A_TIME) return { checksum: { crc32c: await this.crc32c(blob) } };
    if (size <= AT_ONCE) return here(blob);
    const { value, bytes } = await this.#compute("sha256", blob, size <= KEPT_IN_MEMORY);
    return { checksum: { sha256: value }, ...(bytes ? { bytes } : {}) };
  }

  /**
   * In base64.
   * @param {Blob} blob
   */
  async crc32c(blob) {
    return (await this.#compute("crc32c", blob)).value;
  }

  /**
   * @param {"sha256" | "crc32c"} kind
   * @param {Blob} blob
   * @param {boolean} [isKept] are the bytes wanted as well?
   * @returns {Promise<Computed>}
   */
  #compute(kind, blob, isKept = false) {
    const id = (this.last += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const number = id % WORKERS;
      const worker = this.workers.get(number) ?? this.#begin(number);
      worker.postMessage({ id, kind, blob, isKept });
    });
  }

  /** @param {number} number */
  #begin(number) {
    const worker = new Worker(this.url, { type: "module" });
    this.workers.set(number, worker);
    worker.addEventListener("message", ({ data: { id, value, bytes, problem } }) => {
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      if (problem) asked?.reject(unreadable({ name: problem }));
      else asked?.resolve({ value, bytes });
    });
    // Its script did not come, as there is no network just now: whoever asked asks again.
    worker.addEventListener("error", () => {
      worker.terminate();
      this.workers.delete(number);
      for (const [id, { reject }] of this.waiting) {
        if (id % WORKERS !== number) continue;
        this.waiting.delete(id);
        reject(new WorkerMissing());
      }
    });
    return worker;
  }
}

/**
 * By the page itself, whose browser hashes beside it.
 * @param {Blob} blob
 */
async function here(blob) {
  const bytes = await read(blob).catch((error) => Promise.reject(unreadable(error)));
  return { checksum: { sha256: await sha256(bytes) }, bytes };
}

/** A worker could not be started for now. */
export class WorkerMissing extends Error {}
