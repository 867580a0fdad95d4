// What other apps shared: the service worker keeps it until a page is there, and a person says that it is to be uploaded.
// @ts-check
import { complain } from "../page/dialogs.js";
import { chosen } from "./folders.js";

/** @typedef {import("../service_worker.js").Shared} Shared */

/**
 * Asked on every page, as somebody may have had to sign in first, or not have decided.
 * @param {Document} page
 * @param {(found: import("./folders.js").Found[]) => void} take
 */
export async function startShared(page, take) {
  const dialog = page.querySelector("[data-shared]");
  if (!(dialog instanceof HTMLDialogElement) || !navigator.serviceWorker) return;
  cleanAddress();
  const registration = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  const worker = registration?.active;
  if (!worker) return;
  const shared = await listShared(worker);
  if (shared.length === 0) return;
  const files = shared.flatMap(({ file }) => (file ? [file] : []));
  const decided = files.length > 0 ? await ask(dialog, files) : "discard";
  // Whoever only closed the question is asked again on the next page.
  if (decided === "") return;
  if (decided === "upload") take(files.map(chosen));
  worker.postMessage(shared.map(({ key }) => key));
  if (files.length < shared.length) complain(page, "not-all-shared");
}

/** What led here says nothing when the page is loaded again. */
function cleanAddress() {
  const address = new URL(location.href);
  if (!address.searchParams.has("shared")) return;
  address.searchParams.delete("shared");
  history.replaceState(history.state, "", address);
}

/**
 * @param {ServiceWorker} worker
 * @returns {Promise<Shared[]>}
 */
function listShared(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage("shared", [port2]);
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {File[]} files
 * @returns {Promise<string>} what was pressed; empty: nothing
 */
function ask(dialog, files) {
  const names = files.map(({ name }) => {
    const row = dialog.ownerDocument.createElement("li");
    row.textContent = name;
    return row;
  });
  dialog.querySelector("[data-shared-names]")?.replaceChildren(...names);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}
