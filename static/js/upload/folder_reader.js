// Reads a folder that was dropped, with all that is in it. Loaded when one is.
// @ts-check

/** @typedef {import("./folders.js").Found} Found */

/**
 * @param {FileSystemDirectoryEntry} top
 * @param {(found: Found) => void} hand
 * @returns {Promise<number>} how many could not be read
 */
export async function walk(top, hand) {
  const folders = [top];
  let lost = 0;
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    /** @type {FileSystemEntry[]} */
    let inside = [];
    try {
      inside = await list(folder);
    } catch {
      lost += 1;
    }
    folders.push(...inside.filter(isFolder));
    const path = folder.fullPath.replace(/^\/+/, "");
    for (const entry of inside.filter((one) => !isFolder(one))) {
      const file = await read(/** @type {FileSystemFileEntry} */ (entry)).catch(() => null);
      if (file) hand({ file, folder: path });
      else lost += 1;
    }
  }
  return lost;
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemDirectoryEntry}
 */
function isFolder(entry) {
  return entry.isDirectory;
}

/**
 * A reader gives a hundred at a time, and none when that was all.
 * @param {FileSystemDirectoryEntry} folder
 */
async function list(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    const some = await new Promise((/** @type {(some: FileSystemEntry[]) => void} */ resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function read(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
