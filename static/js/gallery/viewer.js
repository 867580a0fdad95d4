// Looking at files one after the other over the gallery. Each has an address of its own, and Back closes the viewer.
// @ts-check
import { htmx, detailOf } from "../page/htmx.js";
import { isZoomed, showTexts } from "../page/stage.js";

/** How far a finger must go aside, in pixels. */
const SWIPE = 60;

/** @param {URL} address */
export function isViewAddress(address) {
  return /^\/files\/[^/]+\/view$/.test(address.pathname);
}

/** @param {Document} page */
export function startViewer(page) {
  const dialog = page.getElementById("viewer");
  if (dialog instanceof HTMLDialogElement) new Viewer(page, dialog).start();
  else startSwiping(page);
}

class Viewer {
  /**
   * @param {Document} page
   * @param {HTMLDialogElement} dialog
   */
  constructor(page, dialog) {
    this.page = page;
    this.dialog = dialog;
    this.title = page.title;
  }

  start() {
    this.page.addEventListener("click", (event) => this.click(event));
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.leave();
    });
    addEventListener("popstate", () => this.follow());
    this.page.addEventListener("htmx:afterRequest", (event) => {
      const { requestConfig: { elt }, successful } = detailOf(event);
      if (successful && elt.matches("[data-viewer-trash]") && this.dialog.open) this.leave();
    });
    startSwiping(this.dialog);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.matches("[data-view]")) {
      event.preventDefault();
      history.pushState({ isViewer: true }, "", link.href);
      void this.show(link.href);
    } else if (this.dialog.contains(link) && link.matches("[data-viewer-step]")) {
      event.preventDefault();
      history.replaceState({ isViewer: true }, "", link.href);
      void this.show(link.href, link.dataset["viewerStep"]);
    } else if (this.dialog.contains(link) && link.matches("[data-viewer-close]")) {
      event.preventDefault();
      this.leave();
    }
  }

  /** By the way it was opened: one step back. */
  leave() {
    if (history.state?.isViewer) history.back();
    else this.close();
  }

  /** The address was changed by going back or forward. */
  follow() {
    const address = new URL(location.href);
    if (isViewAddress(address)) void this.show(address.href);
    else this.close();
  }

  /**
   * @param {string} url
   * @param {string} [step] by which it was reached
   */
  async show(url, step) {
    await htmx.ajax("GET", url, { target: this.dialog, select: "[data-viewer]", swap: "innerHTML" });
    const viewer = this.dialog.querySelector("[data-viewer]");
    const name = viewer?.querySelector(".viewer-name")?.textContent ?? "";
    if (location.href !== url || !viewer) return;
    if (!this.dialog.open) this.dialog.showModal();
    this.page.title = this.title.replace(/^[^·]*/, `${name} `);
    showTexts(this.dialog);
    const focus = viewer.querySelector(`[data-viewer-step="${step}"]`) ?? viewer.querySelector("[data-viewer-close]");
    if (focus instanceof HTMLElement) focus.focus();
  }

  close() {
    if (!this.dialog.open) return;
    const id = this.dialog.querySelector("[data-viewer]")?.getAttribute("data-id");
    this.dialog.close();
    // What plays stops, and no picture flashes up when the next one is opened.
    this.dialog.replaceChildren();
    this.page.title = this.title;
    const card = this.page.querySelector(`[data-id="${id}"] .card-link`);
    if (card instanceof HTMLElement) card.focus();
  }
}

/** @param {Document | HTMLElement} place */
function startSwiping(place) {
  /** @type {Touch | undefined} */
  let begun;
  place.addEventListener("touchstart", (event) => {
    const { touches } = /** @type {TouchEvent} */ (event);
    begun = touches.length === 1 ? touches[0] : undefined;
  }, { passive: true });
  place.addEventListener("touchend", (event) => {
    const ended = /** @type {TouchEvent} */ (event).changedTouches[0];
    const viewer = event.target instanceof Element ? event.target.closest("[data-viewer]") : null;
    if (!begun || !ended || !viewer || isZoomed(viewer)) return;
    const [aside, down] = [ended.clientX - begun.clientX, ended.clientY - begun.clientY];
    if (Math.abs(aside) < SWIPE || Math.abs(aside) < 2 * Math.abs(down)) return;
    const link = viewer.querySelector(`[data-viewer-step="${aside > 0 ? "previous" : "next"}"]`);
    if (link instanceof HTMLElement) link.click();
  }, { passive: true });
}
