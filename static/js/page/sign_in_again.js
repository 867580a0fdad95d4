// Signing in again without leaving the page, when the session has ended under it.
// @ts-check
import { complain } from "./dialogs.js";
import { detailOf } from "./htmx_types.js";
import { askInDialog } from "./sign_in_dialog.js";

/** Rung on the body when somebody signed in again. */
export const SIGNED_IN = "cloakroom:signed-in";

/** @type {Promise<void> | null} while a person is asked, once for all who want it */
let asking = null;

/** @param {Document} page */
export function startSigningInAgain(page) {
  page.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-signs-in-again]")) askFor(page);
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    const detail = detailOf(event);
    if (detail.xhr?.status !== 401) return;
    // Afterwards the person does it again.
    detail.shouldSwap = false;
    askFor(page);
  });
}

/** @param {Document} page */
function askFor(page) {
  // Whoever closes the dialog is told how to come back to it.
  void signInAgain(page).catch(() => {});
}

/**
 * Asks for the password of the account whose page this is. Ends well when the same account is signed in again, and
 * badly when the dialog is closed; then a notice brings it back.
 * @param {Document} page
 * @returns {Promise<void>}
 */
export function signInAgain(page) {
  asking ??= ask(page).finally(() => {
    asking = null;
  });
  return asking;
}

/**
 * The account whose page it is: its email. Empty on a page of nobody.
 * @param {Document} page
 */
export function accountOf(page) {
  return page.querySelector("[data-sign-in-again]")?.getAttribute("data-account") ?? "";
}

/**
 * Was the answer that nobody is signed in, or the page that says so?
 * @param {Document} page
 * @param {Response} answer
 */
export function isSignedOut(page, answer) {
  if (answer.status === 401) return true;
  const door = templateOf(page)?.content.querySelector("form")?.getAttribute("action");
  return answer.redirected && new URL(answer.url).pathname === door;
}

/** @param {Document} page */
function templateOf(page) {
  const template = page.querySelector("[data-sign-in-again]");
  return template instanceof HTMLTemplateElement ? template : null;
}

/**
 * @param {Document} page
 * @returns {Promise<void>}
 */
async function ask(page) {
  try {
    await askInDialog(page, templateOf(page));
  } catch (problem) {
    complain(page, "signed-out");
    throw problem;
  }
  page.getElementById("problems")?.replaceChildren();
  page.body.dispatchEvent(new CustomEvent(SIGNED_IN));
}
