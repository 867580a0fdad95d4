// Sends bytes to the store. XMLHttpRequest, because fetch tells no upload progress.
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
