// Narrowing a list down: the address follows the form, and going back restores both.
// @ts-check
import { detailOf, htmx } from "../page/htmx_types.js";
import { isViewAddress } from "./viewer.js";

/** Parameters that say nothing of which files are in the list. */
const PAGING_AND_VIEW = ["after", "through", "view"];

/** @param {Document} page */
export function startFilter(page) {
  const form = page.querySelector("[data-filter]");
  if (!(form instanceof HTMLFormElement)) return;
  page.addEventListener("htmx:configRequest", (event) => {
    const detail = /** @type {CustomEvent} */ (event).detail;
    if (detail.elt === form) keepWhatCounts(detail.formData, detail.triggeringEvent);
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const { successful, pathInfo, requestConfig } = detailOf(event);
    if (requestConfig.elt === form && successful) follow(pathInfo.finalRequestPath, requestConfig.triggeringEvent);
  });
  addEventListener("popstate", () => void goBack(page, form));
}

/**
 * Empty fields are not worth an address; the view is asked for when it is chosen, and remembered.
 * @param {FormData} fields
 * @param {Event | undefined} cause
 */
function keepWhatCounts(fields, cause) {
  const changed = cause?.target instanceof HTMLInputElement ? cause.target.name : "";
  for (const [name, value] of [...fields.entries()]) {
    if (value === "" || (name === "view" && changed !== "view")) fields.delete(name);
  }
}

/**
 * Each choice is a step to go back to; a word being typed is one step.
 * @param {string} path
 * @param {Event | undefined} cause
 */
function follow(path, cause) {
  const address = new URL(path, location.href);
  address.searchParams.delete("view");
  if (same(address, new URL(location.href))) return;
  const isTyping = cause?.target instanceof HTMLInputElement && cause.target.type === "search";
  if (isTyping && history.state?.isTyping) history.replaceState({ isTyping }, "", address);
  else history.pushState({ isTyping }, "", address);
}

/**
 * @param {Document} page
 * @param {HTMLFormElement} form
 */
async function goBack(page, form) {
  const address = new URL(location.href);
  const listing = page.getElementById("listing");
  if (isViewAddress(address) || !listing) return;
  const shown = new URL(listing.dataset["list"] ?? "/", location.href);
  if (same(address, shown)) return;
  // What was asked for before is not wanted any more.
  htmx.trigger(form, "htmx:abort");
  for (const field of form.elements) fill(field, address.searchParams);
  // The form asks, as it does when it is changed.
  await htmx.ajax("GET", form.getAttribute("action") ?? "/", {
    target: listing,
    select: "#listing",
    swap: "outerHTML",
    source: form,
  });
}

/**
 * @param {Element} field
 * @param {URLSearchParams} parameters
 */
function fill(field, parameters) {
  if (field instanceof HTMLInputElement && field.type === "radio") {
    if (field.name !== "view") field.checked = field.value === (parameters.get(field.name) ?? "");
  } else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
    field.value = parameters.get(field.name) ?? "";
  }
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
