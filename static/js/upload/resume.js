// What an earlier page left unfinished: listed again, and taken up when its file is at hand.
// @ts-check
import { living } from "./alone.js";
import { cameIn } from "./folders.js";
import { Item } from "./item.js";

/** @typedef {import("./folders.js").Found} Found */

const TAB = "cloakroom-tab:";
/** Files that may have arrived after all: so many are asked after. */
const ASKED = 50;

/** What this tab has begun is not for others to take up while it lives. */
export class Tab {
  constructor() {
    this.name = TAB + String(Math.random()).slice(2);
    this.isHeld = false;
  }

  /** The browser lets go of the lock when the page ends, however it ends. */
  hold() {
    if (this.isHeld || !navigator.locks) return;
    this.isHeld = true;
    void navigator.locks.request(this.name, () => new Promise(() => {}));
  }
}

/**
 * What nobody sends any more, the tabs that send the rest (a page that is being loaded anew may still be one of them), and
 * whether something arrived while this page was on its way, which it may not show.
 * @param {import("./memory.js").Memory} memory
 * @returns {Promise<{lost: Item[], tabs: Set<string>, isNews: boolean}>}
 */
export async function listLost(memory) {
  const entries = await memory.list();
  const alive = await living();
  const isNews = entries.some(({ isDone, at }) => isDone && at >= performance.timeOrigin);
  const open = entries.filter(({ isDone }) => !isDone);
  const tabs = new Set(open.map(({ tab }) => tab).filter((tab) => alive.has(tab)));
  return { lost: open.filter(({ tab }) => !alive.has(tab)).map(recall), tabs, isNews };
}

/** @param {import("./memory.js").Entry} entry */
function recall(entry) {
  const item = new Item(entry.account, entry);
  const { id, at, attempt, handle } = entry;
  Object.assign(item, { id, at, attempt, handle, state: "paused" });
  return item;
}

/**
 * The file behind a kept handle, if the browser lets us and it is still the same.
 * @param {Item} item
 * @param {"query" | "request"} how a request needs a click
 */
export async function reopen(item, how) {
  const handle = /** @type {Permitted | undefined} */ (item.handle);
  try {
    const answer = how === "query" ? handle?.queryPermission?.() : handle?.requestPermission?.();
    if ((await answer) !== "granted") return false;
    const file = await item.handle?.getFile();
    return file !== undefined && rejoin(item, { file, folder: cameIn(item.folder) });
  } catch {
    item.handle = undefined;
    return false;
  }
}

/** @typedef {{queryPermission?: () => Promise<string>, requestPermission?: () => Promise<string>}} Permitted */

/**
 * Is it the file that an item has lost?
 * @param {Item} item
 * @param {Found} found
 */
export function isItsFile(item, { file, folder }) {
  const { name, size, lastModified } = item;
  const isIt = item.isLost && name === file.name && size === file.size && lastModified === file.lastModified;
  return isIt && (folder === "" || folder === cameIn(item.folder));
}

/**
 * Gives an item its file back, if it is the one.
 * @param {Item} item
 * @param {Found} found
 */
export function rejoin(item, { file, folder, handle }) {
  if (!isItsFile(item, { file, folder })) return false;
  item.file = file;
  item.handle = handle ?? item.handle;
  item.renew();
  return true;
}

/**
 * Files of which only the end may be missing are confirmed, or completed, without being chosen again.
 * @param {Item[]} lost
 * @param {import("./engine.js").Engine} engine
 * @param {(item: Item) => void} arrived
 */
export async function askAfter(lost, engine, arrived) {
  const begun = lost.filter(({ attempt }) => attempt.objectKey);
  for (const item of begun.slice(0, ASKED)) {
    const listener = { waits: () => {}, goesOn: () => {} };
    const { objectKey, uploadId } = item.attempt;
    const url = uploadId ? engine.upload(uploadId, "completion") : engine.endpoints.confirm;
    try {
      item.answer = await engine.calls.ask(url, { body: { objectKey } }, { signal: item.stop.signal, listener });
      if (item.isLost) arrived(item);
    } catch {
      // It is not there, or was chosen again meanwhile.
    }
  }
}
