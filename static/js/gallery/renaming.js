// Another name for a file, asked for over what is shown: in the viewer, from a file's menu, and in the field of its page.
// @ts-check
import { busy } from "../page/busy.js";
import { CHANGED } from "../page/dialogs.js";
import { detailOf, htmx } from "../page/htmx_types.js";
import { isSignedOut, signInAgain } from "../page/sign_in_again.js";

/** @param {Document} page */
export function startRenaming(page) {
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-renames]") : null;
    const title = button?.closest("[data-viewer]")?.querySelector("[data-named]");
    if (title) askForName(page, title.getAttribute("data-named") ?? "", title.textContent ?? "");
  });
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-renames-file]")) return;
    event.preventDefault();
    void send(page, form, event.submitter);
  });
  // Before the list is drawn again, which is when it hears of it.
  page.addEventListener("htmx:afterSwap", (event) => takeBack(page, event), true);
  startNameField(page);
}

/**
 * @param {Document} page
 * @param {string} id
 * @param {string} name as it is
 */
export function askForName(page, id, name) {
  const dialog = page.getElementById("rename");
  const form = dialog?.querySelector("form");
  if (!(dialog instanceof HTMLDialogElement) || !form) return;
  form.action = (form.dataset["renamesFile"] ?? "").replace("{id}", id);
  complain(form, null);
  dialog.showModal();
  const field = fieldOf(form);
  field.value = name;
  field.focus();
  selectStem(field);
}

/**
 * @param {Document} page
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function send(page, form, button) {
  if (form.dataset["isSent"]) return;
  form.dataset["isSent"] = "yes";
  const done = busy(button);
  const answer = await ask(page, form);
  done();
  delete form.dataset["isSent"];
  const found = new DOMParser().parseFromString((await answer?.text().catch(() => "")) ?? "", "text/html");
  if (!answer?.ok || !found.querySelector("[data-named]")) {
    // At the field of the file's page, or as a page says what is wrong altogether.
    complain(form, found.querySelector("#name-problem, .toast span")?.textContent ?? "");
    return;
  }
  form.closest("dialog")?.close();
  const flash = page.getElementById("flash");
  const said = found.getElementById("flash")?.innerHTML ?? "";
  if (flash) htmx.swap(flash, said, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  showName(page, found);
  page.body.dispatchEvent(new CustomEvent(CHANGED));
}

/**
 * Ends in nothing when the server does not answer, or nobody signs in again.
 * @param {Document} page
 * @param {HTMLFormElement} form
 * @returns {Promise<Response | null>}
 */
async function ask(page, form) {
  // As what is asked for a part of a page, which is told in words what is wrong.
  const headers = { Accept: "text/html", "HX-Request": "true", "HX-Target": "flash" };
  const body = new URLSearchParams({ name: fieldOf(form).value });
  try {
    const answer = await fetch(form.action, { method: "POST", headers, body });
    if (!isSignedOut(page, answer)) return answer;
    await signInAgain(page);
    return await ask(page, form);
  } catch {
    return null;
  }
}

/**
 * An Undo that was pressed.
 * @param {Document} page
 * @param {Event} event
 */
function takeBack(page, event) {
  const { requestConfig, successful, xhr } = detailOf(event);
  if (successful === false || !xhr || !requestConfig?.elt.querySelector('[name="instead_of"]')) return;
  showName(page, new DOMParser().parseFromString(xhr.responseText, "text/html"));
}

/**
 * The name that a file has now, wherever it stands.
 * @param {Document} page
 * @param {Document} found the file's own page
 */
function showName(page, found) {
  const title = found.querySelector("[data-named]");
  const [id, name] = [title?.getAttribute("data-named"), title?.textContent ?? ""];
  if (!id) return;
  const all = (/** @type {string} */ selector) => page.querySelectorAll(selector.replace("{id}", CSS.escape(id)));
  for (const one of all('[data-named="{id}"]')) {
    one.textContent = name;
    page.title = page.title.replace(/^[^·]*/, `${name} `);
  }
  for (const picture of all('[data-viewer][data-id="{id}"] .preview-image')) picture.setAttribute("alt", name);
  for (const field of all('[data-name-of="{id}"]'))
    if (field instanceof HTMLInputElement) field.value = field.defaultValue = name;
  const history = found.querySelector("[data-history-of]")?.lastElementChild;
  for (const part of all('[data-history-of="{id}"]')) {
    if (history) part.lastElementChild?.replaceWith(history.cloneNode(true));
  }
  // Its card comes anew with the list.
  for (const card of all('[data-cards] [data-id="{id}"]')) card.setAttribute("data-stale", "");
}

/**
 * On the file's own page: Escape takes back what was written.
 * @param {Document} page
 */
function startNameField(page) {
  page.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape" || !(target instanceof HTMLInputElement) || !target.matches("[data-name-of]")) return;
    target.value = target.defaultValue;
    selectStem(target);
  });
}

/**
 * All but the extension, which mostly stays.
 * @param {HTMLInputElement} field
 */
function selectStem(field) {
  const stem = /^(.+)\.[a-z0-9]{1,10}$/i.exec(field.value)?.[1] ?? field.value;
  field.setSelectionRange(0, stem.length);
}

/**
 * @param {HTMLFormElement} form
 * @param {string | null} words empty: nobody knows; null: nothing is wrong
 */
function complain(form, words) {
  const problem = form.querySelector(".problem");
  const said = problem?.querySelector("[data-problem]");
  if (!(problem instanceof HTMLElement) || !(said instanceof HTMLElement)) return;
  problem.hidden = words === null;
  said.textContent = words?.trim() || (said.dataset["problem"] ?? "");
  const field = fieldOf(form);
  field.setAttribute("aria-invalid", String(words !== null));
  if (words !== null) field.focus();
}

/** @param {HTMLFormElement} form */
function fieldOf(form) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem("name"));
}
