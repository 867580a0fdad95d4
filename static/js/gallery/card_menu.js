// What can be done with a file, or with all that is selected, where the pointer is: by the right button, or the keyboard's menu key.
// @ts-check
import { selectedInWords } from "./all_found.js";
import { boxIn, ENTRIES, isOfFile } from "./boxes.js";
import { askForName } from "./renaming.js";
import { selectionOf } from "./selection.js";

/** How near to the edge of the window it may come, in pixels. */
const EDGE = 8;

/** @param {Document} page */
export function startCardMenu(page) {
  /** The file's, or the folder's. */
  let id = "";
  page.addEventListener("contextmenu", (event) => {
    const card = event.target instanceof Element ? event.target.closest(ENTRIES) : null;
    // One folder has a menu of its own.
    const found =
      card?.querySelector(".card-link") ?? (card && isOfMany(card) ? card.querySelector(".folder-link") : null);
    const menu = page.getElementById("card-menu");
    // With Shift the browser's own menu comes; and a finger selects.
    if (event.shiftKey || event.defaultPrevented || !(found instanceof HTMLElement) || !menu || isTouch(event)) return;
    event.preventDefault();
    id = card?.getAttribute("data-id") ?? card?.getAttribute("data-folder") ?? "";
    open(menu, found, event);
  });
  page.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest("#card-menu [data-does]") : null;
    const menu = page.getElementById("card-menu");
    if (!item || !menu) return;
    menu.hidePopover();
    // Its card may have come anew while the menu was open.
    const one = `[data-id="${CSS.escape(id)}"] .card-link, [data-folder="${CSS.escape(id)}"] .folder-link`;
    const link = page.querySelector(`:is([data-cards], [data-folder-tiles]) :is(${one})`);
    if (link instanceof HTMLElement) act(item.getAttribute("data-does") ?? "", link, event);
  });
  page.addEventListener("keydown", (event) => {
    const menu = event.target instanceof Element ? event.target.closest("#card-menu") : null;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!menu || !step) return;
    event.preventDefault();
    const items = [...menu.querySelectorAll(".menu-item:not([hidden], :disabled)")].filter(
      (item) => item instanceof HTMLElement,
    );
    const at = items.findIndex((item) => item === page.activeElement);
    items.at((at + step) % items.length)?.focus();
  });
}

/** @param {MouseEvent} event */
function isTouch(event) {
  return event instanceof PointerEvent && event.pointerType === "touch";
}

/**
 * Is it one of several that are selected?
 * @param {Element} card
 */
function isOfMany(card) {
  return (boxIn(card)?.checked ?? false) && (selectionOf()?.chosen().length ?? 0) > 1;
}

/**
 * @param {HTMLElement} menu
 * @param {HTMLElement} link
 * @param {MouseEvent} event
 */
function open(menu, link, event) {
  const isMany = isOfMany(link);
  const selected = selectionOf()?.chosen() ?? [];
  const hasFolders = isMany && !selected.every(isOfFile);
  const title = menu.querySelector("[data-title]");
  if (title instanceof HTMLElement) {
    const words = selectedInWords(document, selected);
    const many = hasFolders ? words : (title.dataset["words"] ?? "").replace("{count}", words);
    title.textContent = isMany ? many : link.getAttribute("aria-label");
  }
  for (const item of menu.querySelectorAll("[data-of-one]")) {
    if (item instanceof HTMLElement) item.hidden = isMany;
  }
  for (const item of menu.querySelectorAll("[data-of-files]")) {
    if (item instanceof HTMLElement) item.hidden = hasFolders;
  }
  menu.toggleAttribute("data-of-many", isMany);
  const details = menu.querySelector("a[data-details]");
  if (details instanceof HTMLAnchorElement) details.href = link.dataset["page"] ?? "";
  menu.showPopover();
  placeMenu(menu, link, event);
  const first = menu.querySelector(".menu-item:not([hidden], :disabled)");
  if (first instanceof HTMLElement) first.focus();
}

/**
 * Where the pointer is; by the keyboard, over the file.
 * @param {HTMLElement} menu
 * @param {HTMLElement} link
 * @param {MouseEvent} event
 */
export function placeMenu(menu, link, event) {
  const box = link.getBoundingClientRect();
  const isPointed = event.clientX > 0 || event.clientY > 0;
  const [x, y] = isPointed ? [event.clientX, event.clientY] : [box.left + EDGE, box.top + EDGE];
  const { width, height } = menu.getBoundingClientRect();
  menu.addEventListener("toggle", leavePlace);
  menu.style.left = `${Math.max(EDGE, Math.min(x, innerWidth - width - EDGE))}px`;
  menu.style.top = `${Math.max(EDGE, Math.min(y, innerHeight - height - EDGE))}px`;
}

/**
 * The menu of the next page is not to be given its place: our policy refuses styles of attributes.
 * @param {Event} event
 */
function leavePlace({ target }) {
  if (!(target instanceof HTMLElement) || target.matches(":popover-open")) return;
  // Chromium removes only what it was asked for before, and leaves an empty one.
  if (target.hasAttribute("style")) target.removeAttribute("style");
}

/**
 * @param {string} what
 * @param {HTMLElement} link
 * @param {MouseEvent} event
 */
function act(what, link, event) {
  const selection = selectionOf();
  const isOfMany = event.target instanceof Element && event.target.closest("[data-of-many]") !== null;
  if (!isOfMany && what !== "open" && what !== "select") selection?.clear();
  if (what === "open") {
    link.click();
    return;
  }
  if (what === "rename") {
    link.focus();
    askForName(document, link.closest("[data-id]")?.getAttribute("data-id") ?? "", link.ariaLabel ?? "");
    return;
  }
  if (!isOfMany) selection?.toggle(link, false);
  if (what === "download") void selection?.download().then(() => (isOfMany ? null : selection.clear()));
  const share = document.querySelector("[data-selection] [data-shares]");
  if (what === "share" && share instanceof HTMLElement) {
    share.click();
    if (!isOfMany) selection?.clear();
    link.focus();
  }
  const star = document.querySelector("[data-stars]");
  if (what === "star" && star instanceof HTMLElement) star.click();
  const moves = document.querySelector("[data-moves-selected]");
  if (what === "move" && moves instanceof HTMLElement) moves.click();
  if (what === "trash") selection?.trash();
  if (what === "select") link.focus();
}
