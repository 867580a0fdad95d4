// The keyboard in the gallery and the viewer. Everything it does can be done without it.
// @ts-check
import { open } from "../page/dialogs.js";
import { undo } from "../page/toasts.js";
import { isZoomed, zoom, zoomBy } from "../page/zoom.js";
import { boxIn, ENTRIES } from "./boxes.js";
import { selectionOf } from "./selection.js";

/** What has the focus in a list: a file's link or a folder's, or, where there is nothing to open, its box. */
const STOPS = "[data-folder-tiles] .folder-link, [data-cards] :is(a.card-link, label.card-link ~ .check-mark input)";

/** What a letter presses in the viewer. @type {Record<string, string>} */
const BUTTONS = {
  i: ".viewer-head [data-viewer-details]",
  d: "[data-viewer-download]",
  f: "[data-star] button",
  s: "[data-shares]",
};

/** @param {Document} page */
export function startKeys(page) {
  page.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || isWriting(event.target)) return;
    const handled = page.querySelector("dialog.dialog[open]")
      ? false
      : inViewer(page, event) || inGallery(page, event) || anywhere(page, event);
    if (handled) event.preventDefault();
  });
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false;
  const isField =
    target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
  return isField || target.isContentEditable || target.matches("textarea, select, video, audio");
}

/**
 * @param {Document} page
 * @param {KeyboardEvent} event
 */
function anywhere(page, event) {
  if (event.key === "?") {
    open(page, "keys");
    return true;
  }
  if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) return undo(page);
  const search = page.getElementById("search");
  if (event.key === "/" && search instanceof HTMLInputElement) {
    search.focus();
    search.select();
    return true;
  }
  return false;
}

/**
 * @param {Document} page
 * @param {KeyboardEvent} event
 */
function inViewer(page, event) {
  const viewer = page.querySelector("#viewer[open] [data-viewer], main > [data-viewer]");
  // The browser's own keys stay its own.
  if (!viewer || event.ctrlKey || event.metaKey) return false;
  const button = viewer.querySelector(BUTTONS[event.key.toLowerCase()] ?? "none");
  if (button instanceof HTMLElement) {
    button.click();
    return true;
  }
  if (event.key.toLowerCase() === "z" && viewer.querySelector("[data-zoom]")) {
    zoom(viewer);
    return true;
  }
  const step = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
  const link = step && !isZoomed(viewer) ? viewer.querySelector(`[data-viewer-step="${step}"]`) : null;
  if (link instanceof HTMLElement) {
    link.click();
    return true;
  }
  if (["+", "=", "-"].includes(event.key) && viewer.querySelector("[data-zoom]")) {
    zoomBy(viewer, event.key === "-" ? "smaller" : "larger");
    return true;
  }
  const trash = viewer.querySelector("[data-viewer-trash]");
  if (event.key === "Delete" && trash instanceof HTMLFormElement) {
    trash.requestSubmit();
    return true;
  }
  return false;
}

/**
 * @param {Document} page
 * @param {KeyboardEvent} event
 */
function inGallery(page, event) {
  const selection = selectionOf();
  const links = [...page.querySelectorAll(STOPS)].filter((link) => link instanceof HTMLElement);
  if (!selection || links.length === 0 || page.querySelector("#viewer[open]")) return false;
  const card = page.activeElement?.closest(ENTRIES) ?? null;
  const link = links.find((one) => card?.contains(one)) ?? null;
  if (event.key.startsWith("Arrow")) {
    const isGone = go(
      links,
      links.findIndex((one) => one === link),
      event.key,
    );
    if (event.shiftKey && link && page.activeElement) selection.extend(link, page.activeElement);
    return isGone;
  }
  if (event.key === "Escape" && !selection.isEmpty()) {
    selection.clear();
    return true;
  }
  if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
    selection.all();
    return true;
  }
  if (event.key === "Delete" && (link || !selection.isEmpty())) {
    if (selection.isEmpty() && link) selection.toggle(link, false);
    const deletes = page.querySelector("[data-selection] [data-deletes]");
    if (deletes instanceof HTMLElement) deletes.click();
    else selection.trash();
    return true;
  }
  const acts = { f: "[data-stars]", m: "[data-moves-selected]" }[event.key.toLowerCase()];
  const act = acts && !event.ctrlKey && !event.metaKey ? page.querySelector(`[data-selection] ${acts}`) : null;
  if (act instanceof HTMLElement) {
    if (selection.isEmpty() && link) selection.toggle(link, false);
    if (!selection.isEmpty() && !act.hidden) act.click();
    return true;
  }
  // A box knows the key by itself.
  if (event.key === " " && link instanceof HTMLAnchorElement && page.activeElement === link && boxIn(link)) {
    selection.toggle(link, event.shiftKey);
    return true;
  }
  return false;
}

/**
 * From card to card, as they lie on the page.
 * @param {HTMLElement[]} links
 * @param {number} from -1: none has the focus
 * @param {string} key
 */
function go(links, from, key) {
  if (from < 0) {
    // Where the focus is when a page begins.
    if (!document.activeElement?.matches("body, #content, h1")) return false;
    links[0]?.focus();
    return true;
  }
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const next = step ? links[from + step] : beside(links, from, key === "ArrowDown");
  next?.focus();
  return true;
}

/**
 * The card in the next row that lies nearest: rows have cards of many widths.
 * @param {HTMLElement[]} links
 * @param {number} from
 * @param {boolean} isDown
 */
function beside(links, from, isDown) {
  const here = links[from]?.getBoundingClientRect();
  if (!here) return undefined;
  const middle = here.left + here.width / 2;
  const others = isDown ? links.slice(from + 1) : links.slice(0, from).reverse();
  let [best, row, least] = [/** @type {HTMLElement | undefined} */ (undefined), 0, Infinity];
  for (const link of others) {
    const { top, left, right, height } = link.getBoundingClientRect();
    if (Math.abs(top - here.top) < height / 2) continue;
    if (best && Math.abs(top - row) > height / 2) break;
    const distance = Math.max(left - middle, middle - right, 0);
    if (distance < least) [best, row, least] = [link, top, distance];
  }
  return best;
}
