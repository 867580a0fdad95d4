// The keyboard in the gallery and the viewer. Everything it does can be done without it.
// @ts-check
import { open } from "../page/dialogs.js";
import { isZoomed, zoomBy } from "../page/preview.js";
import { selectionOf } from "./selection.js";

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
  const search = page.querySelector('[data-filter] input[type="search"]');
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
  const links = [...page.querySelectorAll("[data-cards] .card-link")].filter((link) => link instanceof HTMLElement);
  if (!selection || links.length === 0 || page.querySelector("#viewer[open]")) return false;
  const card = page.activeElement?.closest("[data-cards] [data-id]") ?? null;
  const link = card?.querySelector(".card-link") ?? null;
  if (event.key.startsWith("Arrow")) {
    const from = links.findIndex((one) => one === link);
    return go(links, from, event.key);
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
    selection.trash();
    return true;
  }
  if (event.key === " " && link && page.activeElement === link) {
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
  const top = links[0]?.getBoundingClientRect().top;
  const columns = links.filter((link) => link.getBoundingClientRect().top === top).length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key] ?? 0;
  links[Math.min(links.length - 1, Math.max(0, from + step))]?.focus();
  return true;
}
