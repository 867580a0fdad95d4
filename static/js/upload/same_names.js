// Files whose names are there already: whoever brings them is asked once for all that came together.
// @ts-check
import { isShared, pathInWords } from "./folders.js";

/** @typedef {import("./folders.js").Found & {replaces?: string}} Wanted */

/** The server takes so many names at once. */
const MOST = 500;
/** Who brings more is not asked. */
const MOST_ASKED = 10_000;
/** In milliseconds: without an answer all are taken, and nothing is lost. */
const PATIENCE = 4_000;
/** So many names are said. */
const SAID = 5;
/** Of more, the page is not kept waiting for a look at each on the disk: only at those whose names are there. */
const FEW = 50;

/**
 * Those that are to be uploaded, each with the file that it replaces, if it does.
 * @param {Document} page
 * @param {Wanted[]} found
 * @param {(wanted: Wanted) => boolean} mayCome what is refused anyway is not asked about; it looks at the disk
 * @returns {Promise<Wanted[]>}
 */
export async function withoutSameNames(page, found, mayCome) {
  const asked = found.filter((one) => !isShared(one.folder) && (found.length > FEW || mayCome(one)));
  const url = page.querySelector("[data-upload]")?.getAttribute("data-same-names-url");
  // Who sends to somebody else learns nothing of what is there.
  if (!url || asked.length > MOST_ASKED) return found;
  const known = await listThere(url, asked).catch(() => new Map());
  const there = new Map([...known].filter(([one]) => mayCome(one)));
  if (there.size === 0) return found;
  const answer = await ask(page, [...there.keys()]);
  if (answer === "skip") return found.filter((one) => !there.has(one));
  if (answer === "replace") for (const [one, id] of there) one.replaces = id;
  return answer === "cancel" ? [] : found;
}

/**
 * @param {string} url
 * @param {Wanted[]} found
 * @returns {Promise<Map<Wanted, string>>} and the file that is there
 */
async function listThere(url, found) {
  /** @type {Map<string, Wanted[]>} */
  const folders = new Map();
  for (const one of found) {
    const others = folders.get(one.folder);
    if (others) others.push(one);
    else folders.set(one.folder, [one]);
  }
  const there = new Map();
  const signal = AbortSignal.timeout(PATIENCE);
  const look = async (/** @type {string} */ folder, /** @type {Wanted[]} */ some) => {
    const body = JSON.stringify({ folder, names: some.map(({ file }) => file.name) });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body, signal });
    const { there: known = [] } = answer.ok ? await answer.json() : {};
    const ids = new Map(known.map((/** @type {{name: string, fileId: string}} */ { name, fileId }) => [name, fileId]));
    for (const one of some) if (ids.has(one.file.name)) there.set(one, ids.get(one.file.name));
  };
  for (const [folder, files] of folders) {
    const parts = Array.from({ length: Math.ceil(files.length / MOST) }, (_, part) => part * MOST);
    await Promise.all(parts.map((from) => look(folder, files.slice(from, from + MOST))));
  }
  return there;
}

/**
 * @param {Document} page
 * @param {Wanted[]} same
 * @returns {Promise<string>} `both`, `skip`, `replace` or `cancel`
 */
function ask(page, same) {
  const dialog = page.querySelector("[data-same-names]");
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve("both");
  const list = dialog.querySelector("ul");
  const names = same
    .slice(0, SAID)
    .map(({ file, folder }) => [pathInWords(folder), file.name].filter(Boolean).join("/"));
  const more = same.length - names.length;
  const words = list?.dataset["words"] ?? "";
  const entries = more > 0 ? [...names, words.replace("{count}", String(more))] : names;
  list?.replaceChildren(...entries.map((text) => Object.assign(page.createElement("li"), { textContent: text })));
  const title = dialog.querySelector("h2");
  const kind = same.length === 1 ? "one" : "many";
  if (title) title.textContent = (title.dataset[kind] ?? "").replace("{count}", String(same.length));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue || "cancel"), { once: true });
  });
}

/**
 * The one that was there goes to the trash, where it can be taken back.
 * @param {string} id
 */
export async function putAway(id) {
  const body = new URLSearchParams({ id, quiet: "yes" });
  // Whoever leaves the page has replaced it all the same.
  await fetch("/files/trash", { method: "POST", body, keepalive: true }).catch(() => null);
}
