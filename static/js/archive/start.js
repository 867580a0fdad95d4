// Downloading several files as one archive, which the browser makes: what does it is loaded when somebody wants one.
// @ts-check
import { complain } from "../page/dialogs.js";
import { SIGNED_IN } from "../page/sign_in_again.js";

/**
 * What is to be in it, as the server is asked for it; and what it is called, without its ending.
 * @typedef {object} Wanted
 * @property {string[]} [ids]
 * @property {string} [found] the query of a list
 * @property {string} [folder] one, whose name no path in the archive begins with
 * @property {string[]} [folders] beside the others, each under its name
 * @property {string} [name]
 * @property {string} [base] where the server is asked, where that is not what the page says
 */

/** @type {{page: Document, ask: () => Promise<void>} | null} */
let started = null;

/**
 * @param {Document} page
 * @param {(page: Document) => Promise<void>} signInAgain
 */
export function startArchives(page, signInAgain) {
  // Whoever closes the dialog comes back to it by its notice; until then the archive waits.
  const back = () => new Promise((resolve) => page.body.addEventListener(SIGNED_IN, resolve, { once: true }));
  page.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-downloads-folder]") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const menu = button.closest("[popover]");
    const name = button.dataset["named"] ?? menu?.querySelector("[data-title]")?.textContent ?? "";
    if (menu instanceof HTMLElement && menu.matches(":popover-open")) menu.hidePopover();
    const base = button.dataset["archiveBase"];
    // All that a link shows has no folder of its own.
    void downloadArchive({ name, ...(button.value ? { folder: button.value } : {}), ...(base ? { base } : {}) });
  });
  started = { page, ask: () => signInAgain(page).catch(async () => void (await back())) };
}

/** @param {Wanted} wanted */
export async function downloadArchive(wanted) {
  if (!started) return;
  const { page, ask } = started;
  const making = await import("./making.js").catch(() => null);
  if (making) await making.make(page, wanted, ask);
  else complain(page, "no-answer");
}
