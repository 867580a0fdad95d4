// Makes the thumbnails of files that came without one, when their owner sees them: one at a time, while nobody is waiting for
// anything. Loaded when there is one.
// @ts-check

import { alone } from "../upload/alone.js";
import { send } from "../upload/send.js";

/** @typedef {Pick<import("../upload/sight.js").Sight, "pictures" | "sent">} Sight */

/** Which of them came to nothing in this browser, so that it does not try again and again. */
const TRIED = "cloakroom-without-thumbnail";
const MOST_TRIED = 500;
/** A thumbnail is small, in milliseconds. */
const PATIENCE = 30_000;
/** And an original may take longer. */
const LONGEST = 120_000;
const IS_ABOUT_ME = "[data-without-thumbnail]";

export class WithoutThumbnail {
  /**
   * @param {Document} page
   * @param {Sight} sight
   * @param {() => boolean} isBusy
   */
  constructor(page, sight, isBusy) {
    this.page = page;
    this.sight = sight;
    this.isBusy = isBusy;
    this.account = page.querySelector("[data-upload]")?.getAttribute("data-account") ?? "";
    /** Those that are seen. @type {Set<HTMLElement>} */
    this.seen = new Set();
    this.isAtWork = false;
    /** @type {Set<string>} */
    this.later = new Set();
    this.tried = new Set(readTried());
    this.watch = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!(target instanceof HTMLElement)) continue;
        if (isIntersecting) this.seen.add(target);
        else this.seen.delete(target);
      }
      void this.#go();
    });
  }

  /** The cards may be others than before. */
  look() {
    this.watch.disconnect();
    this.seen.clear();
    for (const place of this.page.querySelectorAll(IS_ABOUT_ME)) {
      if (!this.tried.has(idOf(place)) && !this.later.has(idOf(place))) this.watch.observe(place);
    }
  }

  async #go() {
    if (this.isAtWork) return;
    this.isAtWork = true;
    for (let place = this.#next(); place; place = this.#next()) {
      await idle();
      if (this.isBusy() || this.page.hidden) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        continue;
      }
      this.seen.delete(place);
      this.watch.unobserve(place);
      const isDone = await this.#makeAlone(place).catch(() => null);
      if (isDone === false) this.#note(idOf(place));
      // What did not come about for another reason is tried again when the page is loaded again.
      if (isDone === null) this.later.add(idOf(place));
    }
    this.isAtWork = false;
  }

  #next() {
    return [...this.seen].find((place) => place.isConnected && place.matches(IS_ABOUT_ME));
  }

  /**
   * What another tab makes just now is there when it is this one's turn: a store takes it once.
   * @param {HTMLElement} place
   */
  #makeAlone(place) {
    return alone(
      `thumbnail of ${idOf(place)}`,
      AbortSignal.timeout(LONGEST),
      () => {},
      () => this.#make(place),
    );
  }

  /**
   * @param {HTMLElement} place
   * @returns {Promise<boolean | null>} is it done? false: this browser makes none of it
   */
  async #make(place) {
    const pictures = await this.sight.pictures();
    const file = this.sight.sent.get(idOf(place)) ?? (await read(place.dataset["withoutThumbnail"] ?? ""));
    if (!file || !pictures) return null;
    const seen = await pictures.see(file);
    if (!seen?.thumbnail) return false;
    // It was put in the trash meanwhile, or the page shows something else.
    if (!place.isConnected) return null;
    const address = `/files/${idOf(place)}/thumbnail`;
    const { type: contentType, size } = seen.thumbnail;
    const signed = await this.#post(`${address}-url`, { contentType, size });
    if (!signed) return null;
    // It may have come from another tab, or from a page that was left before it could tell of it.
    if (!signed.isThere) await send(seen.thumbnail, signed, () => {}, AbortSignal.timeout(PATIENCE));
    if (!(await this.#post(address, seen.picture))) return null;
    return show(place, address);
  }

  /**
   * @param {string} url
   * @param {object} body
   * @returns {Promise<any>} nothing, unless it was done
   */
  async #post(url, body) {
    const headers = { "Content-Type": "application/json", "X-Cloakroom-Account": this.account };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.ok ? answer.json() : null;
  }

  /** @param {string} id */
  #note(id) {
    this.tried.add(id);
    try {
      localStorage.setItem(TRIED, JSON.stringify([...this.tried].slice(-MOST_TRIED)));
    } catch {
      // Then it is known until the next page.
    }
  }
}

/** @param {string} url */
async function read(url) {
  // A browser may have kept it without what scripts need to read it.
  const answer = await fetch(url, { cache: "no-store", priority: "low", signal: AbortSignal.timeout(LONGEST) });
  const type = answer.headers.get("Content-Type") ?? "";
  return answer.ok ? new File([await answer.blob()], "file", { type }) : null;
}

/**
 * @param {HTMLElement} place
 * @param {string} url
 */
function show(place, url) {
  const picture = place.ownerDocument.createElement("img");
  Object.assign(picture, { src: url, alt: "", decoding: "async" });
  delete place.dataset["withoutThumbnail"];
  if (place.matches(".paper-tile")) {
    const sheet = place.ownerDocument.createElement("span");
    sheet.className = "page";
    sheet.append(picture);
    place.append(sheet);
  } else place.replaceChildren(picture);
  return true;
}

/** @param {Element} place */
function idOf(place) {
  return place.closest("[data-id]")?.getAttribute("data-id") ?? "";
}

/** @returns {string[]} */
function readTried() {
  try {
    return JSON.parse(localStorage.getItem(TRIED) ?? "[]");
  } catch {
    return [];
  }
}

/** WebKit says not when it has nothing to do. */
function idle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => resolve(undefined));
    else setTimeout(resolve, 200);
  });
}
