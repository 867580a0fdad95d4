// Looking at files one after the other over the gallery. Each has an address of its own, and Back closes the viewer.
// @ts-check
import { CHANGED, complain } from "../page/dialogs.js";
import { htmx } from "../page/htmx_types.js";
import { isZoomed, showTexts } from "../page/preview.js";

/** How far a finger must go across, in pixels. */
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
    this.asked = new AbortController();
  }

  start() {
    this.page.addEventListener("click", (event) => this.click(event));
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.leave();
    });
    this.dialog.addEventListener("submit", (event) => void this.trash(event));
    addEventListener("popstate", () => this.follow());
    startSwiping(this.dialog);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || event.defaultPrevented || !isPlain) return;
    const step = this.dialog.contains(link) ? link.dataset["viewerStep"] : undefined;
    if (link.matches("[data-view]")) {
      event.preventDefault();
      // The second click of two changes nothing.
      if (link.href === location.href) return;
      history.pushState({ isViewer: true }, "", link.href);
      void this.show(link.href);
    } else if (step) {
      event.preventDefault();
      history.replaceState({ isViewer: true }, "", link.href);
      void this.show(link.href, step);
    } else if (this.dialog.contains(link) && link.matches("[data-viewer-close]")) {
      event.preventDefault();
      this.leave();
    }
  }

  /**
   * Without leaving the page, which may be uploading.
   * @param {SubmitEvent} event
   */
  async trash(event) {
    const form = event.target;
    const flash = this.page.getElementById("flash");
    if (!(form instanceof HTMLFormElement) || !flash) return;
    event.preventDefault();
    await htmx.ajax("POST", form.action, { source: form, target: flash, select: "#flash > *", swap: "innerHTML" });
    this.leave();
    this.page.body.dispatchEvent(new CustomEvent(CHANGED));
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
    this.asked.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const found = await ask(url, signal);
    if (signal.aborted) return;
    if (!found) {
      this.leave();
      complain(this.page, "no-view");
      return;
    }
    this.dialog.replaceChildren(found);
    htmx.process(found);
    if (!this.dialog.open) this.dialog.showModal();
    const name = found.querySelector(".viewer-name")?.textContent ?? "";
    this.page.title = this.title.replace(/^[^·]*/, `${name} `);
    showTexts(found);
    const focus = found.querySelector(`[data-viewer-step="${step}"]`) ?? found.querySelector("[data-viewer-close]");
    if (focus instanceof HTMLElement) focus.focus();
  }

  close() {
    this.asked.abort();
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

/**
 * The viewer of a page, or nothing when it cannot be had.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function ask(url, signal) {
  try {
    const answer = await fetch(url, { signal, headers: { Accept: "text/html" } });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok ? found.querySelector("[data-viewer]") : null;
  } catch {
    return null;
  }
}

/** @param {Document | HTMLElement} place */
function startSwiping(place) {
  /** @type {Touch | undefined} */
  let begun;
  place.addEventListener(
    "touchstart",
    (event) => {
      const { touches } = /** @type {TouchEvent} */ (event);
      begun = touches.length === 1 ? touches[0] : undefined;
    },
    { passive: true },
  );
  place.addEventListener(
    "touchend",
    (event) => {
      const ended = /** @type {TouchEvent} */ (event).changedTouches[0];
      const viewer = event.target instanceof Element ? event.target.closest("[data-viewer]") : null;
      if (!begun || !ended || !viewer || isZoomed(viewer)) return;
      const [across, down] = [ended.clientX - begun.clientX, ended.clientY - begun.clientY];
      if (Math.abs(across) < SWIPE || Math.abs(across) < 2 * Math.abs(down)) return;
      const link = viewer.querySelector(`[data-viewer-step="${across > 0 ? "previous" : "next"}"]`);
      if (link instanceof HTMLElement) link.click();
    },
    { passive: true },
  );
}
