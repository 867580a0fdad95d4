// Narrowing a list down: the address follows the form, each step is content of its own to go back to.
// @ts-check
import { push, renew, replace } from "../page/history.js";
import { detailOf } from "../page/htmx_types.js";
import { startChips } from "./chips.js";

/** Parameters that say nothing of which files are in the list. */
const PAGING_AND_VIEW = ["after", "before", "at", "through", "view"];

/** @typedef {CustomEvent<{field: string}>} Narrowed */

/** @param {Document} page */
export function startFilter(page) {
  /** Was something chosen since the list was asked for that is on its way? Then it is asked for again as soon as that is there. */
  let isLate = false;
  page.addEventListener("change", (event) => {
    if (!isField(event.target)) return;
    isLate = true;
    narrow(event.target);
  });
  page.addEventListener("htmx:configRequest", (event) => {
    const detail = /** @type {CustomEvent} */ (event).detail;
    if (!isFilter(detail.elt)) return;
    isLate = false;
    keepWhatCounts(detail.formData, detail.triggeringEvent);
  });
  // With the chips of a list that is late, what was chosen since would be taken back before it is asked for.
  page.addEventListener("htmx:beforeSwap", (event) => {
    const detail = detailOf(event);
    if (isLate && isFilter(detail.requestConfig.elt)) detail.shouldSwap = false;
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const { successful, pathInfo, requestConfig } = detailOf(event);
    if (isLate || !successful || !isFilter(requestConfig.elt)) return;
    follow(pathInfo.finalRequestPath, requestConfig.triggeringEvent);
  });
  startChips(page);
}

/**
 * What narrows the list down stands beside the search, in the content, and belongs to its form.
 * @param {EventTarget | null} target
 * @returns {target is HTMLInputElement | HTMLSelectElement}
 */
function isField(target) {
  const isInput = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  return isInput && target.form !== null && target.form.matches("[data-filter]") && !target.form.contains(target);
}

/** @param {HTMLInputElement | HTMLSelectElement} field */
function narrow(field) {
  field.form?.dispatchEvent(new CustomEvent("cloakroom:narrowed", { detail: { field: field.name } }));
}

/**
 * Not when its page was left meanwhile, or is being left.
 * @param {Element} element
 */
function isFilter(element) {
  return element.isConnected && element.matches("[data-filter]") && !document.querySelector("#content[aria-busy]");
}

/**
 * Empty fields are not worth an address; the view is asked for when it is chosen, and remembered.
 * @param {FormData} fields
 * @param {Event | undefined} cause
 */
function keepWhatCounts(fields, cause) {
  const changed = /** @type {Narrowed | undefined} */ (cause)?.detail?.field;
  for (const [name, value] of [...fields.entries()]) {
    if (value === "" || (name === "view" && changed !== "view")) fields.delete(name);
  }
}

/**
 * Each choice is a step to go back to; a word being typed is one step. An answer that comes when a file was opened meanwhile
 * is none: the viewer's entry is not the list's.
 * @param {string} path
 * @param {Event | undefined} cause
 */
function follow(path, cause) {
  const address = new URL(path, location.href);
  address.searchParams.delete("view");
  if (history.state?.isViewer || same(address, new URL(location.href))) return;
  const isTyping = cause?.type === "input";
  const enter = isTyping && history.state?.isTyping ? replace : push;
  renew();
  enter(address, { isTyping });
}

/**
 * Do two addresses name the same list?
 * @param {URL} one
 * @param {URL} other
 */
function same(one, other) {
  return one.pathname === other.pathname && whatCounts(one) === whatCounts(other);
}

/** @param {URL} address */
function whatCounts(address) {
  const parameters = new URLSearchParams(address.search);
  for (const name of PAGING_AND_VIEW) parameters.delete(name);
  parameters.sort();
  return parameters.toString();
}
