// Favourites: a star is given or taken where a file is looked at, without leaving it, and offered for those that are selected.
// @ts-check
import { CHANGED, complain } from "../page/dialogs.js";
import { isOfFile } from "./boxes.js";
import { isSignedOut, signInAgain } from "../page/sign_in_again.js";

/** @param {Document} page */
export function startStars(page) {
  page.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.matches("[data-star]")) return;
      event.preventDefault();
      void mark(page, form);
    },
    true,
  );
}

/**
 * @param {Document} page
 * @param {HTMLFormElement} form
 */
async function mark(page, form) {
  const button = form.querySelector("button");
  // The second click of two waits for nothing, and sends nothing.
  if (!button || form.dataset["isSent"]) return;
  form.dataset["isSent"] = "yes";
  const body = new URLSearchParams({ starred: button.value, quiet: "yes" });
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  show(button);
  if (!(await post(page, form.action, body))) {
    show(button);
    complain(page, "no-answer");
  }
  delete form.dataset["isSent"];
  page.body.dispatchEvent(new CustomEvent(CHANGED));
}

/**
 * As it will be, before anybody has answered.
 * @param {HTMLButtonElement} button
 */
function show(button) {
  const isGiven = button.value === "yes";
  button.setAttribute("aria-pressed", String(isGiven));
  button.value = isGiven ? "no" : "yes";
}

/**
 * @param {Document} page
 * @param {string} url
 * @param {URLSearchParams} body
 * @returns {Promise<boolean>} is it done?
 */
async function post(page, url, body) {
  try {
    const answer = await fetch(url, { method: "POST", body });
    if (!isSignedOut(page, answer)) return answer.ok;
    await signInAgain(page);
    return await post(page, url, body);
  } catch {
    return false;
  }
}

/**
 * Of files that all have a star, it is taken. Folders have none.
 * @param {Document} page
 * @param {HTMLInputElement[]} chosen
 */
export function offerStar(page, chosen) {
  const button = page.querySelector("[data-stars]");
  const said = button?.querySelector("[data-words]");
  if (!(button instanceof HTMLButtonElement) || !(said instanceof HTMLElement)) return;
  button.hidden = chosen.some((box) => !isOfFile(box));
  const isOfAll = chosen.length > 0 && chosen.every((box) => box.closest("[data-id]")?.hasAttribute("data-starred"));
  button.value = isOfAll ? "no" : "yes";
  said.textContent = said.dataset[isOfAll ? "other" : "words"] ?? "";
}
