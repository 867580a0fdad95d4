// Sharing: a link is copied, or handed to the system's own sheet, and what its form does when it is done.
// @ts-check
import { onContent } from "./content.js";
import { CHANGED } from "./dialogs.js";
import { detailOf } from "./htmx_types.js";

/** @param {Document} page */
export function startShares(page) {
  offerSending(page);
  onContent(page, () => offerSending(page));
  // What was copied is said where the dialog is drawn anew, as that takes the words away.
  let isCopied = false;
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copies], [data-sends]") : null;
    if (!(button instanceof HTMLElement)) return;
    const { copies, sends } = button.dataset;
    if (sends) void navigator.share({ title: page.title, url: sends }).catch(() => {});
    if (!copies) return;
    const said = (/** @type {boolean} */ isDone) => {
      isCopied = isDone;
      say(page, isDone);
    };
    navigator.clipboard.writeText(copies).then(
      () => said(true),
      () => said(false),
    );
  });
  // Before it is sent.
  page.addEventListener(
    "submit",
    ({ target }) => {
      if (target instanceof HTMLFormElement && target.classList.contains("htmx-request")) late.add(target);
    },
    true,
  );
  page.addEventListener("htmx:beforeSwap", (event) => finish(page, event));
  page.addEventListener("htmx:afterSettle", (event) => {
    offerSending(page);
    const { requestConfig } = detailOf(event);
    if (isCopied && requestConfig?.elt.matches("[data-shares-form]")) say(page, true);
    isCopied = false;
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, successful } = detailOf(event);
    if (successful && requestConfig.elt.matches("[data-closes-after]")) close(requestConfig.elt);
  });
}

/** Forms that were sent once more while they were on their way. @type {WeakSet<Element>} */
const late = new WeakSet();

/**
 * Where the system has a sheet for it.
 * @param {Document} page
 */
function offerSending(page) {
  if (!("share" in navigator)) return;
  for (const button of page.querySelectorAll("[data-sends]")) button.removeAttribute("hidden");
}

/**
 * In the dialog, or else as a toast.
 * @param {Document} page
 * @param {boolean} isDone
 */
function say(page, isDone) {
  const said = page.querySelector("dialog[open] [data-uncopied-words]") ?? page.querySelector("[data-uncopied-words]");
  if (!(said instanceof HTMLElement)) return;
  const words = said.dataset[isDone ? "copiedWords" : "uncopiedWords"] ?? "";
  if (!(said instanceof HTMLTemplateElement)) {
    said.textContent = words;
    return;
  }
  const toast = said.content.cloneNode(true);
  if (toast instanceof DocumentFragment) toast.querySelector("span")?.append(words);
  page.getElementById("flash")?.replaceChildren(toast);
}

/**
 * Done is done when the link has its terms: then there is nothing to draw.
 * @param {Document} page
 * @param {Event} event
 */
function finish(page, event) {
  const detail = detailOf(event);
  const form = detail.requestConfig?.elt;
  if (!form?.matches("[data-shares-form]") || (detail.xhr?.status ?? 500) >= 400) return;
  page.body.dispatchEvent(new CustomEvent(CHANGED));
  // Another one in its place would never send what waits for this answer.
  if (late.delete(form)) {
    detail.shouldSwap = false;
    return;
  }
  const { triggeringEvent } = detail.requestConfig;
  if (!(triggeringEvent instanceof SubmitEvent) || !triggeringEvent.submitter?.matches("[data-done]")) return;
  detail.shouldSwap = false;
  close(form);
}

/**
 * As its own × does: in a dialog it closes, on a page of its own it goes to the list.
 * @param {Element} element of the link
 */
function close(element) {
  const closer = element.closest("[data-share]")?.querySelector("[data-closes]");
  if (closer instanceof HTMLElement) closer.click();
}
