// Opens and closes dialogs, shows questions that the server asks in one, and tells the page when something was changed.
// @ts-check
import { detailOf } from "./htmx_types.js";

/** Rung on the body when files came, went or moved. */
export const CHANGED = "cloakroom:changed";

/** @param {Document} page */
export function startDialogs(page) {
  page.addEventListener("click", (event) => act(page, event));
  page.addEventListener("htmx:afterSwap", (event) => {
    const { target } = detailOf(event);
    if (target instanceof HTMLDialogElement && target.id === "dialog" && target.childElementCount > 0) {
      if (!target.open) target.showModal();
    }
  });
  page.addEventListener("htmx:sendError", () => complain(page, "no-answer"));
  // What asked may be gone by then, and rings nothing any more where it was; what its answer is put into is there.
  for (const kind of ["htmx:afterRequest", "htmx:afterSwap"]) {
    page.addEventListener(kind, (event) => settle(page, detailOf(event)));
  }
  keepFocus(page);
}

/** Whose answers are known already. @type {WeakSet<XMLHttpRequest>} */
const known = new WeakSet();

/**
 * @param {Document} page
 * @param {import("./htmx_types.js").RequestDetail} detail of a request that was answered
 */
function settle(page, { requestConfig, successful, xhr }) {
  // A page that was swapped in asked nothing.
  if (!requestConfig || !successful || !xhr || known.has(xhr)) return;
  const { elt } = requestConfig;
  known.add(xhr);
  // What went wrong before is over.
  page.getElementById("problems")?.replaceChildren();
  // A question changes nothing yet.
  if (elt.closest("[data-changes-list]") && !elt.closest("[data-asks]")) {
    elt.closest("dialog")?.close();
    page.body.dispatchEvent(new CustomEvent(CHANGED));
  }
}

/**
 * Says what went wrong, in words that the page has.
 * @param {Document} page
 * @param {string} name
 */
export function complain(page, name) {
  const words = page.querySelector("[data-complaints]");
  const found = words instanceof HTMLTemplateElement ? words.content.querySelector(`[data-complaint="${name}"]`) : null;
  if (found) page.getElementById("problems")?.replaceChildren(found.cloneNode(true));
}

/**
 * A list that was drawn again takes the focus with it, and so does the bar of what was selected: then the next thing is the
 * page's content.
 * @param {Document} page
 */
function keepFocus(page) {
  let wasInList = false;
  let wasInBar = false;
  page.addEventListener("htmx:beforeRequest", () => {
    wasInBar = Boolean(page.activeElement?.closest("[data-selection]"));
  });
  page.addEventListener("cloakroom:listed", () => {
    if (wasInBar && isFocusLost(page)) page.getElementById("content")?.focus({ preventScroll: true });
    wasInBar = false;
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = detailOf(event);
    if (target.id === "listing") wasInList = target.contains(page.activeElement);
  });
  page.addEventListener("htmx:afterSettle", () => {
    if (wasInList && isFocusLost(page)) page.getElementById("content")?.focus({ preventScroll: true });
    wasInList = false;
  });
}

/**
 * What is hidden keeps it until the page is drawn.
 * @param {Document} page
 */
function isFocusLost({ activeElement, body }) {
  return activeElement === null || activeElement === body || !activeElement.checkVisibility();
}

/**
 * @param {Document} page
 * @param {Event} event
 */
function act(page, event) {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const opener = target.closest("[data-opens]");
  if (opener instanceof HTMLElement) open(page, opener.dataset["opens"] ?? "");
  if (target.closest("[data-picks]")) pick(page);
  const closer = target.closest("[data-closes]");
  const dialog =
    closer?.closest("dialog") ?? (target instanceof HTMLDialogElement && target.matches(".dialog") ? target : null);
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
  const dismisser = target.closest("[data-dismisses]");
  if (dismisser instanceof HTMLElement) dismisser.closest(dismisser.dataset["dismisses"] ?? "")?.remove();
}

/**
 * @param {Document} page
 * @param {string} id
 */
export function open(page, id) {
  const dialog = page.getElementById(id);
  const menu = page.querySelector(".menu:popover-open");
  if (menu instanceof HTMLElement) menu.hidePopover();
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/**
 * Opens the browser's own choice of files.
 * @param {Document} page
 */
function pick(page) {
  const field = page.querySelector("[data-picker]");
  if (field instanceof HTMLElement) field.click();
}
