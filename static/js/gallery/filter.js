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
  startChips(page);
  page.addEventListener("change", (event) => narrow(event.target));
  page.addEventListener("htmx:configRequest", (event) => {
    const detail = /** @type {CustomEvent} */ (event).detail;
    if (isFilter(detail.elt)) keepWhatCounts(detail.formData, detail.triggeringEvent);
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const { successful, pathInfo, requestConfig } = detailOf(event);
    if (isFilter(requestConfig.elt) && successful) follow(pathInfo.finalRequestPath, requestConfig.triggeringEvent);
  });
}

/**
 * What narrows the list down stands beside the search, in the content, and belongs to its form.
 * @param {EventTarget | null} field
 */
function narrow(field) {
  const isField = field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
  if (!isField || !field.form?.matches("[data-filter]") || field.form.contains(field)) return;
  field.form.dispatchEvent(new CustomEvent("cloakroom:narrowed", { detail: { field: field.name } }));
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
