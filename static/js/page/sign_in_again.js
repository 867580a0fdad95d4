// Signing in again without leaving the page, when the session has ended under it.
// @ts-check
import { complain } from "./dialogs.js";
import { detailOf } from "./htmx_types.js";

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
function ask(page) {
  const dialog = templateOf(page)?.content.querySelector("dialog")?.cloneNode(true);
  const form = dialog instanceof HTMLDialogElement ? dialog.querySelector("form") : null;
  if (!(dialog instanceof HTMLDialogElement) || !form) return Promise.reject(new Error("nobody's page"));
  page.body.append(dialog);
  return new Promise((resolve, reject) => {
    let isIn = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form).then((succeeded) => {
        isIn ||= succeeded;
        if (succeeded) dialog.close();
      });
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (isIn) {
        page.getElementById("problems")?.replaceChildren();
        page.body.dispatchEvent(new CustomEvent(SIGNED_IN));
        resolve();
      } else {
        complain(page, "signed-out");
        reject(new Error("still signed out"));
      }
    });
    dialog.showModal();
    password(form)?.focus();
  });
}

/**
 * Sends the form, and says beside the password what is wrong with it.
 * @param {HTMLFormElement} form
 */
async function send(form) {
  const button = form.querySelector('button[type="submit"]');
  if (!(button instanceof HTMLButtonElement) || button.disabled) return false;
  button.disabled = true;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body }).catch(() => null);
  button.disabled = false;
  if (answer?.ok) return true;
  const told = await answer?.json().catch(() => null);
  const problem = form.querySelector("[data-problem]");
  const field = password(form);
  if (problem instanceof HTMLElement && field) {
    problem.textContent = told?.error ?? problem.dataset["problem"] ?? "";
    problem.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.select();
    field.focus();
  }
  return false;
}

/** @param {HTMLFormElement} form */
function password(form) {
  const field = form.querySelector('input[type="password"]');
  return field instanceof HTMLInputElement ? field : null;
}
