// Checksums of files and of their parts, computed by a worker.
// @ts-check
import { unreadable } from "./failure.js";

export class Hashing {
  /** @param {string} url of the worker's script */
  constructor(url) {
    this.url = url;
    this.last = 0;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Map<number, {resolve: (value: string) => void, reject: (reason: unknown) => void}>} */
    this.waiting = new Map();
  }

  /**
   * Of a whole small file: SHA-256 where the browser has it, which it has not without a secure context.
   * @param {Blob} blob
   * @returns {Promise<{sha256: string} | {crc32c: string}>}
   */
  async whole(blob) {
    if (globalThis.isSecureContext) return { sha256: await this.#compute("sha256", blob) };
    return { crc32c: await this.crc32c(blob) };
  }

  /**
   * In base64.
   * @param {Blob} blob
   */
  crc32c(blob) {
    return this.#compute("crc32c", blob);
  }

  /**
   * @param {"sha256" | "crc32c"} kind
   * @param {Blob} blob
   * @returns {Promise<string>}
   */
  #compute(kind, blob) {
    this.worker ??= this.#begin();
    const id = (this.last += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker?.postMessage({ id, kind, blob });
    });
  }

  #begin() {
    const worker = new Worker(this.url, { type: "module" });
    worker.addEventListener("message", ({ data: { id, value, problem } }) => {
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      if (problem) asked?.reject(unreadable({ name: problem }));
      else asked?.resolve(value);
    });
    // Its script did not come, as there is no network just now: whoever asked asks again.
    worker.addEventListener("error", () => {
      worker.terminate();
      this.worker = null;
      const asked = [...this.waiting.values()];
      this.waiting.clear();
      for (const { reject } of asked) reject(new WorkerMissing());
    });
    return worker;
  }
}

/** The worker could not be started for now. */
export class WorkerMissing extends Error {}
