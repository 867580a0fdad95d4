// Puts another page's content in the place of what is shown, part by part; what is under way beside them lives on.
// @ts-check
import { htmx } from "./htmx_types.js";

/**
 * @param {Document} page
 * @param {Document} found
 */
export function swapIn(page, found) {
  closeQuestion(page);
  // Scripts are there, and a page that was parsed apart does not know.
  for (const words of found.querySelectorAll("noscript")) words.remove();
  for (const part of page.querySelectorAll("[data-part]")) {
    const fresh = found.querySelector(`[data-part="${part.getAttribute("data-part")}"]`);
    // A page of nobody has not all of them.
    if (fresh) htmx.swap(part, fresh.innerHTML, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  }
  page.title = found.title;
}

/** @param {Document} page */
function closeQuestion(page) {
  // What is said of what was just done may stand in a dialog that goes.
  page.getElementById("content")?.before(...page.querySelectorAll("dialog .toasts"));
  const dialog = page.querySelector("#dialog[open]");
  if (dialog instanceof HTMLDialogElement) dialog.close();
}

/**
 * What is opened once somebody is on the way, which may be long, stays open.
 * @param {Document} page that is being left
 */
export function closeWhatIsOpen(page) {
  const menu = page.querySelector(".menu:popover-open");
  if (menu instanceof HTMLElement) menu.hidePopover();
  const keys = page.querySelector("#keys[open]");
  if (keys instanceof HTMLDialogElement) keys.close();
}

/**
 * What a page begins with has the focus, so that it is read; unless something kept it.
 * @param {Document} page
 * @param {boolean} isNew rather than one that was come back to
 */
export function focusContent(page, isNew) {
  const content = page.getElementById("content");
  if (!content || (!isNew && page.activeElement !== page.body) || page.activeElement?.closest(".menu, #keys")) return;
  const first = content.querySelector("[autofocus]") ?? content.querySelector("h1") ?? content;
  if (!(first instanceof HTMLElement)) return;
  if (first.matches("h1")) first.tabIndex = -1;
  first.focus({ preventScroll: true });
}
