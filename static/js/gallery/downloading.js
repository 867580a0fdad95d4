// Downloading what is selected: a file by itself, several as one archive.
// @ts-check
import { downloadArchive } from "../archive/start.js";

/** A store answers sooner, or not at all, in milliseconds. */
const PATIENCE = 120_000;

/**
 * @param {Document} page
 * @param {string} url
 */
function downloadOne(page, url) {
  const frame = page.createElement("iframe");
  frame.hidden = true;
  frame.src = url;
  page.body.append(frame);
  setTimeout(() => frame.remove(), PATIENCE);
}

/**
 * @param {Document} page
 * @param {HTMLInputElement[]} boxes of the files
 * @param {string | null} found the query of a list, all that it finds is meant
 */
export async function download(page, boxes, found) {
  if (found !== null) return downloadArchive({ found });
  const [first] = boxes;
  const url = first?.closest("[data-id]")?.querySelector("[data-view]")?.getAttribute("data-download");
  if (boxes.length > 1) return downloadArchive({ ids: boxes.map((box) => box.value) });
  if (url) downloadOne(page, url);
}
