// Downloading what is selected: a file by itself, several and folders as one archive.
// @ts-check
import { downloadArchive } from "../archive/start.js";
import { idsOf } from "./boxes.js";

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
 * @param {HTMLInputElement[]} boxes of the files and folders
 * @param {string | null} found the query of a list, all that it finds is meant
 */
export async function download(page, boxes, found) {
  const { id: ids, folder: folders } = idsOf(boxes);
  if (found !== null) return downloadArchive({ found, folders });
  const [first] = boxes;
  if (first && boxes.length === 1 && folders.length === 1) {
    return downloadArchive({
      folder: first.value,
      name: first.closest("[data-named]")?.getAttribute("data-named") ?? "",
    });
  }
  const url = first?.closest("[data-id]")?.querySelector("[data-view]")?.getAttribute("data-download");
  if (boxes.length > 1) return downloadArchive({ ids, folders });
  if (url) downloadOne(page, url);
}
