// Why a file did not arrive, or has to begin again.
// @ts-check

/**
 * `refused`: by the server, in its own words; `gone`: the store forgot the upload; the others name words of the page.
 * @typedef {"store" | "unknown" | "changed" | "unreadable" | "session" | "refused" | "gone" | "same"} Kind
 */

/** The file itself will not do: another attempt would end the same way. */
const FINAL = [400, 415, 422];

export class UploadFailure extends Error {
  /**
   * @param {Kind} kind
   * @param {{error?: string, code?: string, missing?: number[]}} [answer] the server's
   * @param {number} [status] of that answer
   */
  constructor(kind, answer = {}, status = 0) {
    super(answer.error ?? kind);
    this.kind = kind;
    this.words = answer.error ?? "";
    this.code = answer.code ?? "";
    this.missing = answer.missing ?? [];
    this.status = status;
    this.isFinal = FINAL.includes(status) || kind === "changed" || kind === "unreadable";
  }
}

/** What may be otherwise in a moment: no answer at all, too many at once, something away for now. @param {number} status */
export function isPassing(status) {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** So many answers in a row, and over so many milliseconds, that a browser keeps to itself are a refusal. */
const SILENT = 8;
const SILENCE = 20_000;
/** After so many the server is asked whether the store's rules for pages are in the way; by then nothing is sent that could be left out. */
const ASKED_AFTER = 4;

/** A store that answers without the headers for scripts seems not to answer: it is told by the server that does. */
export class Silence {
  /** @param {import("./preflights.js").Preflights} preflights */
  constructor(preflights) {
    this.preflights = preflights;
    this.count = 0;
    this.since = 0;
  }

  /**
   * @param {number} status of the store's answer
   * @param {boolean} isAlone did the server answer meanwhile?
   * @param {import("./send.js").Signed | null} [signed] what was sent
   */
  async note(status, isAlone, signed) {
    if (status !== 0 || !isAlone || !navigator.onLine) this.count = 0;
    else if ((this.count += 1) === 1) this.since = performance.now();
    if (this.count >= ASKED_AFTER && signed) {
      const message = await this.preflights.obstacle(Object.keys(signed.headers));
      if (message) throw new UploadFailure("store", { error: message });
    }
    if (this.count >= SILENT && performance.now() - this.since >= SILENCE) throw new UploadFailure("store");
  }
}

/**
 * Is the file still what was chosen? Browsers that notice refuse to read one that is not.
 * @param {File} file
 * @param {FileSystemFileHandle} [handle]
 */
export async function expectUnchanged(file, handle) {
  try {
    if (file.size > 0) await read(file.slice(0, 1));
    const now = (await handle?.getFile()) ?? file;
    if (now.size === file.size && now.lastModified === file.lastModified) return;
  } catch (error) {
    throw unreadable(error);
  }
  throw new UploadFailure("changed");
}

/**
 * WebKit reads nothing from when a page begins to be left until it is gone, which says nothing of the file.
 * @param {Blob} blob
 * @returns {Promise<ArrayBuffer>}
 */
export async function read(blob) {
  try {
    return await blob.arrayBuffer();
  } catch {
    // Not even what lies in memory?
    if (await new Blob(["?"]).text().catch(() => "")) return blob.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return read(blob);
  }
}

/** @param {unknown} error of reading a file */
export function unreadable(error) {
  const { name } = /** @type {{name?: string}} */ (error ?? {});
  return new UploadFailure(name === "NotReadableError" ? "changed" : "unreadable");
}
