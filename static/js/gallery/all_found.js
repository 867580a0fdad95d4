// Selecting all that a list finds, also what is not on the page: the form says so, and the server finds them again.
// @ts-check
import { idsOf } from "./boxes.js";

/** @param {Document} page */
function foundOf(page) {
  const listing = page.getElementById("listing");
  const { total, found } = listing?.dataset ?? {};
  // An empty field is as good as none.
  return total && found !== undefined ? { total, query: found.split("?")[1] ?? "sort=newest" } : null;
}

/**
 * Of another list than the one that is shown it says nothing.
 * @param {Document} page
 */
export function isAllFound(page) {
  const field = fieldIn(page);
  return field !== null && field.value === foundOf(page)?.query;
}

/**
 * The query of all that is selected; null: what is ticked alone is.
 * @param {Document} page
 */
export function allFoundOf(page) {
  return isAllFound(page) ? (fieldIn(page)?.value ?? null) : null;
}

/**
 * How many are selected, in words: a number of files; and where there are folders among them, such as “3 files and 2 folders”.
 * @param {Document} page
 * @param {HTMLInputElement[]} chosen
 */
export function selectedInWords(page, chosen) {
  const { id, folder } = idsOf(chosen);
  const files = (isAllFound(page) && foundOf(page)?.total) || String(id.length);
  const said = page.querySelector("[data-selection-count]");
  if (folder.length === 0 || !(said instanceof HTMLElement)) return files;
  const words = (/** @type {"file" | "folder"} */ kind, /** @type {string} */ count) =>
    (said.dataset[count === "1" ? kind : `${kind}s`] ?? "").replace("{count}", count);
  const folders = words("folder", String(folder.length));
  if (files === "0") return folders;
  return (said.dataset["both"] ?? "").replace("{files}", words("file", files)).replace("{folders}", folders);
}

/**
 * All that the list of the page finds, or what is ticked alone.
 * @param {Document} page
 * @param {boolean} isAll
 */
export function chooseAllFound(page, isAll) {
  const form = page.getElementById("selection");
  const found = isAll ? foundOf(page) : null;
  fieldIn(page)?.remove();
  if (!form || !found) return;
  form.append(Object.assign(page.createElement("input"), { type: "hidden", name: "found", value: found.query }));
}

/**
 * Offers it where there is more than is shown, all of which is selected.
 * @param {Document} page
 * @param {boolean} areAllShown
 */
export function offerAllFound(page, areAllShown) {
  const button = page.querySelector("[data-select-found]");
  const [found, isAll] = [foundOf(page), isAllFound(page)];
  if (!(button instanceof HTMLElement)) return;
  button.hidden = !found || !areAllShown || isAll;
  button.textContent = (button.dataset["words"] ?? "").replace("{count}", found?.total ?? "");
}

/**
 * @param {Document} page
 * @returns {HTMLInputElement | null}
 */
function fieldIn(page) {
  return page.querySelector('#selection input[name="found"]');
}
