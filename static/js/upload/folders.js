// What was dropped or pasted, with all that is in the folders among it.
// @ts-check
import { addressOf } from "../page/scripts.js";

/**
 * A file and where it was.
 * @typedef {object} Found
 * @property {File} file
 * @property {string} folder the folders it lies in, from the one that was chosen; empty: none
 * @property {FileSystemFileHandle} [handle] by which the file is found again after a reload
 */

/** So many are handed on together while folders are still being read. */
const BATCH = 500;
/** Of so many the browser is asked to keep a handle. */
const HANDLES = 20;
/** So often what reads folders is asked for, with so many milliseconds between: for ten minutes. */
const TRIES = 300;
const PAUSE = 2_000;

/** Before the path of a file stands the folder that it is uploaded to: behind a colon, as the server writes it, or an at sign, if it is shared. */
const BEGINS = /^([:@])([0-9a-f-]{36})(?:\/|$)/;
/** What folders are called that were uploaded to, and where their pages are. @type {Map<string, {name: string, url: string}>} */
const known = new Map();
/** Where whatever is shared with somebody is listed. */
const SHARED = "/shared/with-me";

/**
 * The path of a file from the folder that is open, if one is.
 * @param {Document} page
 * @param {string} folder the folders that it came in
 */
export function fromOpen(page, folder) {
  const {
    openFolder: own,
    sharedFolder: shared,
    openName: name = "",
    list = "",
  } = page.getElementById("listing")?.dataset ?? {};
  const id = own ?? shared;
  if (!id) return folder;
  known.set(id, { name, url: own ? `/folders/${id}` : list });
  return [`${own ? ":" : "@"}${id}`, folder].filter(Boolean).join("/");
}

/**
 * The folders that it came in alone.
 * @param {string} folder
 */
export function cameIn(folder) {
  return folder.replace(BEGINS, "");
}

/**
 * The folder that it begins in, if that is not the top.
 * @param {string} folder
 */
function beginsIn(folder) {
  return BEGINS.exec(folder)?.[2] ?? "";
}

/**
 * Is it uploaded to somebody else, who shares the folder?
 * @param {string} folder
 */
export function isShared(folder) {
  return BEGINS.exec(folder)?.[1] === "@";
}

/**
 * The page of the folder that it begins in, if that is not the top.
 * @param {string} folder
 */
export function pageOf(folder) {
  const id = beginsIn(folder);
  if (!id) return "";
  return known.get(id)?.url || (isShared(folder) ? SHARED : `/folders/${id}`);
}

/**
 * As the server is told of it.
 * @param {string} folder
 * @returns {{folder?: string, sharedFolder?: string}}
 */
export function asAsked(folder) {
  const path = isShared(folder) ? cameIn(folder) : folder;
  return { ...(path ? { folder: path } : {}), ...(isShared(folder) ? { sharedFolder: beginsIn(folder) } : {}) };
}

/**
 * A path in words.
 * @param {string} folder
 */
export function pathInWords(folder) {
  return [known.get(beginsIn(folder))?.name, cameIn(folder)].filter(Boolean).join("/");
}

/** @param {File} file that was chosen by itself or in a folder */
export function chosen(file) {
  return { file, folder: file.webkitRelativePath.split("/").slice(0, -1).join("/") };
}

/**
 * Has to be called while the event lasts: afterwards the browser takes everything back.
 * @param {DataTransfer} transfer
 * @param {(found: Found[]) => void} take
 * @returns {Promise<number>} how many could not be read
 */
export async function gather(transfer, take) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const handles = items.length <= HANDLES;
  const things = items.map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
    handle: handles && "getAsFileSystemHandle" in item ? handleOf(item) : Promise.resolve(undefined),
  }));
  /** @type {FileSystemDirectoryEntry[]} */
  const folders = [];
  /** @type {Found[]} */
  let batch = [];
  let lost = 0;
  for (const { entry, file, handle } of things) {
    const kept = await handle;
    if (entry?.isDirectory) folders.push(/** @type {FileSystemDirectoryEntry} */ (entry));
    else if (file) batch.push({ file, folder: "", ...(kept ? { handle: kept } : {}) });
    else lost += 1;
  }
  // What was dropped together is handed on together, as far as that goes.
  const hand = (/** @type {Found} */ found) => {
    if (batch.push(found) < BATCH) return;
    take(batch);
    batch = [];
  };
  const reader = folders.length > 0 ? await loadReader() : null;
  for (const folder of folders) lost += (await reader?.walk(folder, hand)) ?? 1;
  if (batch.length > 0) take(batch);
  return lost;
}

/**
 * Waits for a network that is away.
 * @returns {Promise<typeof import("./folder_reader.js") | null>}
 */
async function loadReader() {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const loaded = await import(addressOf("upload/folder_reader.js", tries)).catch(() => null);
    if (loaded) return loaded;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return null;
}

/**
 * @param {DataTransferItem} item
 * @returns {Promise<FileSystemFileHandle | undefined>}
 */
async function handleOf(item) {
  const { getAsFileSystemHandle } = /** @type {{getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>}} */ (
    /** @type {unknown} */ (item)
  );
  const handle = await getAsFileSystemHandle?.call(item).catch(() => null);
  return handle?.kind === "file" ? /** @type {FileSystemFileHandle} */ (handle) : undefined;
}
