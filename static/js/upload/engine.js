// Moves one file: reads it, asks for a URL, sends the bytes to the store, has the server confirm. Knows nothing of pages.
// @ts-check

/**
 * @typedef {object} Endpoints
 * @property {string} presign
 * @property {string} confirm
 *
 * @typedef {object} Presigned
 * @property {string} presignedUrl
 * @property {string} objectKey
 * @property {string} method
 * @property {Record<string, string>} headers
 *
 * @typedef {"waiting" | "hashing" | "uploading" | "confirming" | "done" | "failed" | "cancelled"} State
 *
 * @typedef {object} Listener
 * @property {(state: State) => void} state
 * @property {(sent: number, total: number) => void} progress
 */

/**
 * What an earlier try left behind: the store may have the file already, and its checksum stays the same.
 * @typedef {object} Attempt
 * @property {string} [objectKey]
 * @property {string} [sha256]
 */

/** Why a file did not arrive: the server's own words, or the name of words that the page has. */
export class UploadFailure extends Error {
  /**
   * @param {"network" | "store" | "server" | "unreadable" | "words" | "refused"} kind
   * @param {string} [words]
   * @param {number} [status] of the answer, if there was one
   */
  constructor(kind, words = "", status = 0) {
    super(words || kind);
    this.kind = kind;
    this.words = words;
    this.status = status;
  }
}

const CONFIRM_ATTEMPTS = 5;
/** No answer, and an answer that something is away for now: the same request may succeed in a moment. */
const PASSING = [0, 503];
/** The file itself will not do: another attempt would end the same way. */
const FINAL = [400, 415, 422];
/** Browsers hash a whole buffer at once, so a file is read into memory for it. */
const HASHED_UP_TO = 64 * 1024 * 1024;

/**
 * @param {File} file
 * @param {Endpoints} endpoints
 * @param {Attempt} attempt
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
export async function transfer(file, endpoints, attempt, listener, signal) {
  if (attempt.objectKey && (await isThere(endpoints, attempt.objectKey, listener, signal))) return;
  attempt.sha256 ??= await hash(file, listener);
  signal.throwIfAborted();
  listener.state("uploading");
  const contentType = file.type || "application/octet-stream";
  const wish = { fileName: file.name, contentType, size: file.size, sha256: attempt.sha256 };
  const presigned = /** @type {Presigned} */ (await post(endpoints.presign, wish, signal));
  attempt.objectKey = presigned.objectKey;
  /** @type {unknown} */
  let failure = null;
  try {
    await put(file, presigned, listener, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    failure = error;
  }
  // The store's refusals can reach a script as mere network errors, so the server is asked what is there.
  if (await isThere(endpoints, presigned.objectKey, listener, signal)) return;
  throw failure ?? new UploadFailure("store");
}

/**
 * SHA-256 in base64, where the browser can and the file is not too large for it.
 * @param {File} file
 * @param {Listener} listener
 */
async function hash(file, listener) {
  if (!globalThis.crypto?.subtle || file.size > HASHED_UP_TO) return undefined;
  listener.state("hashing");
  const bytes = await file.arrayBuffer().catch(() => {
    throw new UploadFailure("unreadable");
  });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest));
}

/**
 * Confirms a file if it is in the store, and says whether it is.
 * @param {Endpoints} endpoints
 * @param {string} objectKey
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
async function isThere(endpoints, objectKey, listener, signal) {
  listener.state("confirming");
  try {
    const answer = await confirm(endpoints.confirm, objectKey, signal);
    if (answer.message) throw new UploadFailure("refused", answer.message);
    listener.state("done");
    return true;
  } catch (error) {
    if (error instanceof UploadFailure && error.status === 404) return false;
    throw error;
  }
}

/**
 * Confirms, again if need be: a repeat is harmless, and giving up would leave the file for a later sweep.
 * @param {string} url
 * @param {string} objectKey
 * @param {AbortSignal} signal
 * @returns {Promise<{message?: string}>}
 */
async function confirm(url, objectKey, signal) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(url, { objectKey }, signal);
    } catch (error) {
      const again = error instanceof UploadFailure && PASSING.includes(error.status) && attempt < CONFIRM_ATTEMPTS;
      if (!again || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }
}

/**
 * @param {string} url
 * @param {unknown} body
 * @param {AbortSignal} signal
 */
async function post(url, body, signal) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  };
  const response = await fetch(url, request).catch((error) => {
    throw signal.aborted ? error : new UploadFailure("server");
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const kind = FINAL.includes(response.status) ? "refused" : "words";
  throw new UploadFailure(answer.error ? kind : "server", answer.error, response.status);
}

/**
 * XMLHttpRequest, because fetch tells no upload progress.
 * @param {File} file
 * @param {Presigned} presigned
 * @param {Listener} listener
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function put(file, presigned, listener, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(presigned.method, presigned.presignedUrl);
    for (const [name, value] of Object.entries(presigned.headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => listener.progress(event.loaded, file.size));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new UploadFailure("store"));
    });
    request.addEventListener("error", () => reject(new UploadFailure("network")));
    request.addEventListener("abort", () => reject(signal.reason));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) reject(signal.reason);
    else request.send(file);
  });
}
