// The first page of a document, drawn by a worker of its own, which is ended afterwards, and when it takes too long.
// @ts-check
import { addressOf } from "../page/scripts.js";

/** Bytes: what is larger is not read for a small picture. */
const MOST_BYTES = 50_000_000;
/** Milliseconds: a document that takes longer is done without. */
const PATIENCE = 10_000;

/**
 * @param {File} file a PDF or a text
 * @returns {Promise<ImageBitmap | null>} nothing, of what cannot be drawn
 */
export async function firstPage(file) {
  if (file.size > MOST_BYTES) return null;
  const worker = new Worker(addressOf("picture/page_worker.js", 0), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      setTimeout(reject, PATIENCE);
      worker.addEventListener("error", reject);
      // What parses PDFs has words of its own for who listens.
      worker.addEventListener("message", ({ data }) => "page" in data && resolve(data.page));
      worker.postMessage({ document: file });
    });
  } catch {
    return null;
  } finally {
    worker.terminate();
  }
}
