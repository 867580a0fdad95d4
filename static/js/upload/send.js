// Sends bytes to the store: large ones by XMLHttpRequest, because fetch tells no upload progress.
// @ts-check

/**
 * @typedef {object} Signed
 * @property {string} presignedUrl
 * @property {Record<string, string>} headers
 * @property {string} [expiresAt]
 * @property {Signed} [thumbnail] where its thumbnail is sent
 */

/** So long nothing may move, in milliseconds; and so long the store may think about what it has. */
const STALLED = 20_000;
const THINKING = 30_000;
/** A URL that expires in less is not begun with. */
const MARGIN = 30_000;
/** So many bytes go in one piece, of which nobody sees how far it is: by fetch, which costs browsers half as much. */
const ONE_PIECE = 64 * 1024;
/** As slow as the slowest line that telephones have. */
const SLOWEST = 60_000;

/** @param {Signed} signed */
export function isExpired({ expiresAt }) {
  return expiresAt !== undefined && Date.parse(expiresAt) - Date.now() < MARGIN;
}

/**
 * @param {Blob | ArrayBuffer} body
 * @param {Signed} signed
 * @param {(sent: number) => void} progress
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the answer's status; 0: none, or one that the browser keeps from scripts
 */
export function send(body, signed, progress, signal) {
  const size = body instanceof Blob ? body.size : body.byteLength;
  return size <= ONE_PIECE
    ? sendAtOnce(body, size, signed, progress, signal)
    : sendSeen(body, size, signed, progress, signal);
}

/**
 * @param {Blob | ArrayBuffer} body
 * @param {number} size
 * @param {Signed} signed
 * @param {(sent: number) => void} progress
 * @param {AbortSignal} signal
 */
async function sendAtOnce(body, size, { presignedUrl, headers }, progress, signal) {
  signal.throwIfAborted();
  const late = AbortSignal.timeout(SLOWEST);
  const asked = fetch(presignedUrl, { method: "PUT", headers, body, signal: AbortSignal.any([signal, late]) });
  progress(size);
  const answer = await asked.catch(() => null);
  // What the store says is for nobody; until it is read, it keeps the connection.
  await answer?.arrayBuffer().catch(() => null);
  signal.throwIfAborted();
  return answer?.status ?? 0;
}

/**
 * @param {Blob | ArrayBuffer} body
 * @param {number} size
 * @param {Signed} signed
 * @param {(sent: number) => void} progress
 * @param {AbortSignal} signal
 * @returns {Promise<number>}
 */
function sendSeen(body, size, signed, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", signed.presignedUrl);
    for (const [name, value] of Object.entries(signed.headers)) request.setRequestHeader(name, value);
    let timer = 0;
    const watch = (/** @type {number} */ patience) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => request.abort(), patience);
    };
    const abort = () => request.abort();
    signal.addEventListener("abort", abort);
    request.upload.addEventListener("progress", ({ loaded }) => {
      watch(loaded < size ? STALLED : THINKING);
      progress(loaded);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      if (signal.aborted) return reject(signal.reason);
      resolve(request.status);
    });
    if (signal.aborted) return reject(signal.reason);
    watch(THINKING);
    request.send(body);
  });
}
