// Dragging files and folders onto a folder. Whoever has no pointer moves them by the dialog.
// @ts-check
import { isAllFound } from "./all_found.js";
import { boxIn, idsOf } from "./boxes.js";
import { selectionOf } from "./selection.js";

const TYPE = "application/x-cloakroom";
/** What takes something: the tiles of folders, and those on the way to the open one. */
const TARGETS = "[data-folder-tiles] [data-folder], .crumbs [data-folder]";

/** @typedef {{id: string[], folder: string[]}} Load */

/** @param {Document} page */
export function startDragging(page) {
  /** @type {Load | null} */
  let load = null;
  page.addEventListener("dragstart", (event) => {
    load = loadOf(page, event.target);
    if (!load || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "copyMove";
    event.dataTransfer.setData(TYPE, JSON.stringify(load));
  });
  page.addEventListener("dragover", (event) => {
    const target = load && targetOf(event, load);
    aim(page, target);
    if (!target || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
  page.addEventListener("drop", (event) => {
    const target = load && targetOf(event, load);
    if (!target || !load) return;
    event.preventDefault();
    send(page, load, target.getAttribute("data-folder") || "top");
  });
  page.addEventListener("dragend", () => {
    load = null;
    aim(page, null);
  });
}

/**
 * What is dragged: a file or a folder, or all that are selected if it is one of them.
 * @param {Document} page
 * @param {EventTarget | null} element
 * @returns {Load | null}
 */
function loadOf(page, element) {
  if (!(element instanceof Element)) return null;
  const link = element.closest("[data-cards] .card-link, .folder-link");
  const box = link ? boxIn(link) : null;
  if (!box) return null;
  if (!box.checked) return idsOf([box]);
  // What is not on the page is moved by the dialog.
  if (isAllFound(page)) return null;
  return idsOf(selectionOf()?.chosen() ?? [box]);
}

/**
 * No folder is dropped on itself.
 * @param {DragEvent} event
 * @param {Load} load
 */
function targetOf(event, load) {
  const target = event.target instanceof Element ? event.target.closest(TARGETS) : null;
  return target && !load.folder.includes(target.getAttribute("data-folder") ?? "") ? target : null;
}

/**
 * @param {Document} page
 * @param {Element | null} target
 */
function aim(page, target) {
  for (const one of page.querySelectorAll(".is-target")) if (one !== target) one.classList.remove("is-target");
  target?.classList.add("is-target");
}

/**
 * @param {Document} page
 * @param {Load} load
 * @param {string} to
 */
function send(page, load, to) {
  const form = page.querySelector("[data-dropped]");
  if (!(form instanceof HTMLFormElement)) return;
  for (const field of form.querySelectorAll('[name="id"], [name="folder"]')) field.remove();
  for (const name of /** @type {const} */ (["id", "folder"])) {
    for (const value of load[name])
      form.append(Object.assign(page.createElement("input"), { type: "hidden", name, value }));
  }
  const target = form.elements.namedItem("to");
  if (target instanceof HTMLInputElement) target.value = to;
  form.requestSubmit();
}
