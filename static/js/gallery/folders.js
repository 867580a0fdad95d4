// Folders in the gallery: what can be done with one, and choosing where something is moved to.
// @ts-check
import { detailOf, htmx } from "../page/htmx_types.js";
import { isSignedOut, signInAgain } from "../page/sign_in_again.js";
import { placeMenu } from "./card_menu.js";

/** How long somebody pauses between two letters, in milliseconds. */
const PAUSE = 200;

/** @param {Document} page */
export function startFolders(page) {
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-folder-menu]") : null;
    if (button) openMenu(page, button, event);
    if (event.target instanceof Element && event.target.closest("#folder-menu .menu-item")) hideMenu(page);
  });
  page.addEventListener("contextmenu", (event) => {
    const folder = event.target instanceof Element ? event.target.closest("[data-folder-tiles] [data-folder]") : null;
    const button = folder?.querySelector("[data-folder-menu]");
    if (!button || event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    openMenu(page, button, event);
  });
  startTree(page);
}

/** @param {Document} page */
function hideMenu(page) {
  const menu = page.getElementById("folder-menu");
  if (menu?.matches(":popover-open")) menu.hidePopover();
}

/**
 * @param {Document} page
 * @param {Element} button of a folder
 * @param {MouseEvent} event
 */
function openMenu(page, button, event) {
  const menu = page.getElementById("folder-menu");
  const folder = button.closest("[data-folder]");
  const [id, name] = [folder?.getAttribute("data-folder") ?? "", folder?.getAttribute("data-named") ?? ""];
  if (!menu || !(button instanceof HTMLElement)) return;
  const title = menu.querySelector("[data-title]");
  if (title) title.textContent = name;
  menu.querySelector("[data-folder-open]")?.setAttribute("href", `/folders/${id}`);
  const rename = menu.querySelector("[data-folder-rename]");
  const back = menu.querySelector('[name="back"]')?.getAttribute("value") ?? "/";
  const url = `/folders/${id}/name?back=${encodeURIComponent(back)}`;
  rename?.setAttribute("href", url);
  rename?.setAttribute("hx-get", url);
  const share = menu.querySelector("[data-folder-share]");
  const request = menu.querySelector("[data-folder-request]");
  for (const name of ["href", "hx-get"]) {
    share?.setAttribute(name, `/shares/new?folder=${id}`);
    request?.setAttribute(name, `/requests/new?folder=${id}`);
  }
  for (const field of menu.querySelectorAll('[name="folder"]')) field.setAttribute("value", id);
  htmx.process(menu);
  menu.showPopover();
  placeMenu(menu, button, event);
  const first = menu.querySelector(".menu-item");
  if (first instanceof HTMLElement) first.focus();
}

/**
 * The tree of the dialog: opened here and there, and found by words, without losing what was chosen.
 * @param {Document} page
 */
function startTree(page) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-toggles]") : null;
    if (!(button instanceof HTMLButtonElement) || !button.form) return;
    event.preventDefault();
    event.stopPropagation();
    void draw(page, button.form, button.value);
  });
  page.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.matches("[data-finds-folders]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => target.form && void draw(page, target.form, ""), PAUSE);
  });
  page.addEventListener("keydown", (event) => {
    const { target } = event;
    const form = target instanceof HTMLInputElement && event.key === "Enter" ? target.form : null;
    if (!form?.matches("[data-moves]")) return;
    event.preventDefault();
    const button = form.querySelector("[data-moves-now]");
    const first = form.querySelector('[data-tree] [name="to"]:enabled');
    if (target !== form.elements.namedItem("words")) form.requestSubmit(button instanceof HTMLElement ? button : null);
    else if (first instanceof HTMLInputElement) {
      // What was found first is what is meant; Enter once more moves.
      first.checked = true;
      first.focus();
    }
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    const detail = detailOf(event);
    const form = detail.requestConfig?.elt;
    if (detail.xhr?.status !== 422 || !(form instanceof HTMLFormElement) || !form.matches("[data-moves]")) return;
    detail.shouldSwap = false;
    show(form, new DOMParser().parseFromString(detail.xhr.responseText, "text/html"));
  });
}

/**
 * @param {Document} page
 * @param {HTMLFormElement} form
 * @param {string} toggled a folder that is opened or closed, or empty
 * @returns {Promise<void>}
 */
async function draw(page, form, toggled) {
  const body = new URLSearchParams([["choosing", "yes"]]);
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  if (toggled) body.append("toggle", toggled);
  const words = body.get("words");
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (answer && isSignedOut(page, answer)) {
    await signInAgain(page);
    return draw(page, form, toggled);
  }
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  const isStale = words !== new FormData(form).get("words");
  if (!text || !form.isConnected || isStale) return;
  show(form, new DOMParser().parseFromString(text, "text/html"));
  const button = toggled ? form.querySelector(`[data-toggles][value="${CSS.escape(toggled)}"]`) : null;
  if (button instanceof HTMLElement) button.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {Document} found
 */
function show(form, found) {
  const tree = found.querySelector("[data-tree]");
  if (tree) form.querySelector("[data-tree]")?.replaceWith(tree);
}
