// Looking at files one after the other over the gallery. Each has an address of its own, and Back closes the viewer.
// @ts-check
import { onContent } from "../page/content.js";
import { CHANGED, complain } from "../page/dialogs.js";
import { isShown, push, replace } from "../page/history.js";
import { htmx } from "../page/htmx_types.js";
import { showTexts } from "../page/preview.js";
import { isSignedOut, signInAgain } from "../page/sign_in_again.js";
import { showDetails, startDetails } from "./details.js";
import { startFading } from "./fading.js";
import { begin, letCardsGoOn, prepare, takeOver } from "./opened_picture.js";
import { startSwiping } from "./swiping.js";

/** @param {URL} address */
function isViewAddress(address) {
  return /^(\/files\/[^/]+\/view|\/s\/[^/]+\/files\/[^/]+)$/.test(address.pathname);
}

/** @param {Document} page */
export function startViewer(page) {
  new Viewer(page).start();
  startDetails(page);
  startFading(page);
  startSwiping(page);
}

class Viewer {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    this.title = page.title;
    this.asked = new AbortController();
  }

  /** The dialog of the content that is there: of a gallery. */
  get dialog() {
    const dialog = this.page.getElementById("viewer");
    return dialog instanceof HTMLDialogElement ? dialog : null;
  }

  start() {
    onContent(this.page, () => {
      this.asked.abort();
      this.title = this.page.title;
    });
    this.page.addEventListener("click", (event) => this.click(event));
    // It does not bubble.
    const cancel = (/** @type {Event} */ event) => {
      if (event.target !== this.dialog) return;
      event.preventDefault();
      this.leave();
    };
    this.page.addEventListener("cancel", cancel, true);
    this.page.addEventListener("submit", (event) => void this.trash(event));
    addEventListener("popstate", () => this.follow());
  }

  /** @param {MouseEvent} event */
  click(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const { dialog } = this;
    if (!link || !dialog || event.defaultPrevented || !isPlain) return;
    const step = dialog.contains(link) ? link.dataset["viewerStep"] : undefined;
    if (link.matches("[data-view]")) {
      event.preventDefault();
      // The second click of two changes nothing.
      if (link.href === location.href) return;
      push(link.href, { isViewer: true });
      begin(dialog, link);
      void this.show(link.href);
    } else if (step) {
      event.preventDefault();
      replace(link.href, { isViewer: true });
      void this.show(link.href, step);
    } else if (dialog.contains(link) && link.matches("[data-viewer-close]")) {
      event.preventDefault();
      this.leave();
    }
  }

  /**
   * Without leaving the page, which may be uploading: what comes next is looked at, so that many are judged by a key each.
   * @param {SubmitEvent} event
   */
  async trash(event) {
    const form = event.target;
    const flash = this.page.getElementById("flash");
    const isTrash = form instanceof HTMLFormElement && form.matches("[data-viewer-trash]");
    if (!isTrash || !this.dialog?.contains(form) || !flash) return;
    event.preventDefault();
    // A key that is held down, or a second click, means the same file.
    if (form.dataset["isSent"]) return;
    form.dataset["isSent"] = "yes";
    const next =
      this.dialog.querySelector('[data-viewer-step="next"]') ??
      this.dialog.querySelector('[data-viewer-step="previous"]');
    await htmx.ajax("POST", form.action, { source: form, target: flash, select: "#flash > *", swap: "innerHTML" });
    this.page.body.dispatchEvent(new CustomEvent(CHANGED));
    if (!form.isConnected) return;
    if (!(next instanceof HTMLAnchorElement)) return this.leave();
    replace(next.href, { isViewer: true });
    await this.show(next.href, "next");
  }

  /** By the way it was opened: one step back. */
  leave() {
    if (history.state?.isViewer) history.back();
    else this.close();
  }

  /** The address was changed by going back or forward. */
  follow() {
    if (!isShown() || !this.dialog) return;
    const address = new URL(location.href);
    if (isViewAddress(address)) void this.show(address.href);
    else this.close();
  }

  /**
   * @param {string} url
   * @param {string} [step] by which it was reached
   */
  async show(url, step) {
    this.asked.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const found = await ask(this.page, url, signal);
    const { dialog } = this;
    if (signal.aborted || !dialog) return;
    if (!found) {
      this.leave();
      // Whoever is signed out was told so.
      if (!this.page.querySelector("#problems [data-signs-in-again]")) complain(this.page, "no-view");
      return;
    }
    takeOver(dialog, found);
    dialog.replaceChildren(found, ...toastsOf(this.page));
    htmx.process(found);
    showDetails(found);
    if (!dialog.open) dialog.showModal();
    const name = found.querySelector(".viewer-name")?.textContent ?? "";
    this.page.title = this.title.replace(/^[^·]*/, `${name} `);
    showTexts(found);
    prepare(found, signal);
    const focus = found.querySelector(`[data-viewer-step="${step}"]`) ?? found.querySelector("[data-viewer-close]");
    if (focus instanceof HTMLElement) focus.focus();
  }

  close() {
    const { dialog } = this;
    this.asked.abort();
    letCardsGoOn(this.page);
    if (!dialog?.open) return;
    const id = dialog.querySelector("[data-viewer]")?.getAttribute("data-id");
    dialog.close();
    this.page.getElementById("content")?.before(...toastsOf(this.page));
    // What plays stops, and no picture flashes up when the next one is opened.
    dialog.replaceChildren();
    this.page.title = this.title;
    const card = this.page.querySelector(`[data-id="${id}"] .card-link`);
    if (card instanceof HTMLElement) card.focus();
  }
}

/**
 * What is said of what was just done, which nobody would see under a dialog.
 * @param {Document} page
 */
function toastsOf(page) {
  return page.querySelectorAll(".toasts");
}

/**
 * The viewer of a page, or nothing when it cannot be had.
 * @param {Document} page
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Element | null>}
 */
async function ask(page, url, signal) {
  try {
    const answer = await fetch(url, { signal, headers: { Accept: "text/html" } });
    if (isSignedOut(page, answer)) {
      await signInAgain(page);
      return await ask(page, url, signal);
    }
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok ? found.querySelector("[data-viewer]") : null;
  } catch {
    return null;
  }
}
