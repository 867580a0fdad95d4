// The list of the gallery: loads more of it on the way down, and keeps it true when files come and go, without a jump.
// @ts-check
import { onContent } from "../page/content.js";
import { CHANGED } from "../page/dialogs.js";
import { htmx } from "../page/htmx_types.js";

/** How far below the window the next page is loaded, so that nobody waits for it. */
const AHEAD = "1200px";
/** Loaded by themselves; then a person asks for more, and reaches what is below. */
const MOST_PAGES = 20;

/** @param {Document} page */
export function startList(page) {
  /** @type {List | null} of the content that is there */
  let list = null;
  onContent(page, () => {
    list?.end();
    list = page.querySelector("[data-gallery]") ? new List(page) : null;
    list?.settle();
  });
  page.body.addEventListener(CHANGED, () => void list?.sync());
  page.addEventListener("htmx:afterSettle", (event) => {
    // What was asked for may have been replaced; what came instead is on the page.
    if (!(event.target instanceof Element)) return;
    if (event.target.matches("[data-gallery]")) list?.begin();
    else if (event.target.matches("[data-more]")) list?.grow();
  });
}

class List {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    // Somebody who comes back to a long list gets more than a page of it.
    this.pages = new URLSearchParams(location.search).has("through") ? 2 : 1;
    this.isSyncing = false;
    this.isStale = false;
    this.ahead = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting) this.load(target);
      },
      { rootMargin: `0px 0px ${AHEAD} 0px` },
    );
  }

  /** Another list is there. */
  begin() {
    this.pages = 1;
    this.settle();
  }

  /** Other content comes. */
  end() {
    this.ahead.disconnect();
  }

  /** The next page is there. */
  grow() {
    this.pages += 1;
    this.settle();
  }

  /** After the list was drawn, or drawn further. */
  settle() {
    this.ahead.disconnect();
    const more = this.page.querySelector("[data-more]");
    if (!(more instanceof HTMLElement)) return;
    if (more.querySelector("a")) this.ahead.observe(more);
    if (this.pages > 1) remember(more.dataset["place"] ?? "");
  }

  /** @param {Element} more */
  load(more) {
    if (this.pages >= MOST_PAGES) return;
    this.ahead.disconnect();
    more.querySelector("a")?.click();
  }

  /** Asks for what is shown again; only what differs is changed. Asked meanwhile, it asks once more afterwards. */
  async sync() {
    this.isStale = true;
    if (this.isSyncing) return;
    this.isSyncing = true;
    while (this.isStale) {
      this.isStale = false;
      await this.compare().catch(() => {});
    }
    this.isSyncing = false;
  }

  async compare() {
    const listing = this.page.querySelector("[data-gallery]");
    const more = this.page.querySelector("[data-more]");
    // A first page is asked for as such, as what is new may come behind its end.
    const shown = this.pages > 1 && more instanceof HTMLElement ? more.dataset["place"] : "";
    const place = shown || (listing instanceof HTMLElement ? listing.dataset["list"] : "");
    const answer = await fetch(place || "/");
    if (!answer.ok || !listing) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = found.querySelector("[data-gallery]");
    // The list may be another one by now.
    if (!fresh || !listing.isConnected) return;
    listing.toggleAttribute("data-bare", fresh.hasAttribute("data-bare"));
    merge(listing, fresh);
    this.renew(found);
    this.page.dispatchEvent(new CustomEvent("cloakroom:listed"));
    this.settle();
  }

  /**
   * What the page says of the list beside it. A menu that is open stays as it is.
   * @param {Document} found
   */
  renew(found) {
    for (const part of ["#total", ".storage", "#chips:not(:has([open], :focus))"]) {
      const old = this.page.querySelector(part);
      const fresh = found.querySelector(part);
      if (!old || !fresh) continue;
      fresh.classList.toggle("is-shown", old.classList.contains("is-shown"));
      old.replaceWith(fresh);
    }
  }
}

/**
 * Where the list ends now becomes its address, so that coming back shows as much of it.
 * @param {string} place
 */
function remember(place) {
  if (place && location.pathname === "/") history.replaceState(history.state, "", place);
}

/**
 * @param {Element} listing
 * @param {Element} fresh
 */
function merge(listing, fresh) {
  const cards = listing.querySelector("[data-cards]");
  const others = fresh.querySelector("[data-cards]");
  if (!cards || !others) {
    listing.replaceChildren(...fresh.childNodes);
    for (const child of listing.children) htmx.process(child);
    return;
  }
  const focused = document.activeElement?.closest("[data-id]");
  const known = new Map(keysOf(cards));
  const wanted = new Map(keysOf(others));
  const heir = focused && !wanted.has(keyOf(focused)) ? neighbour(focused, wanted) : null;
  for (const [key, entry] of known) if (!wanted.has(key)) entry.remove();
  let place = cards.firstElementChild;
  for (const [key, entry] of wanted) {
    const kept = known.get(key) ?? entry;
    if (kept === place) place = place.nextElementSibling;
    else cards.insertBefore(kept, place);
  }
  const [more, otherMore] = [cards.querySelector("[data-more]"), others.querySelector("[data-more]")];
  if (more && otherMore) {
    more.replaceWith(otherMore);
    htmx.process(otherMore);
  }
  heir?.querySelector("a")?.focus();
}

/**
 * What stands in the list, by what tells it from others: files, the headings of days, and their ends.
 * @param {Element} cards
 * @returns {[string, Element][]}
 */
function keysOf(cards) {
  let day = "";
  return [...cards.children]
    .filter((entry) => !entry.matches("[data-more]"))
    .map((entry) => {
      if (entry.matches("[data-day]")) day = keyOf(entry);
      return [keyOf(entry) || `end of ${day}`, entry];
    });
}

/** @param {Element} entry */
function keyOf(entry) {
  return entry.getAttribute("data-id") ?? entry.getAttribute("data-day") ?? "";
}

/**
 * The nearest card that stays.
 * @param {Element} card
 * @param {Map<string, Element>} staying
 */
function neighbour(card, staying) {
  for (let next = card.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches("[data-id]") && staying.has(keyOf(next))) return next;
  }
  for (let previous = card.previousElementSibling; previous; previous = previous.previousElementSibling) {
    if (previous.matches("[data-id]") && staying.has(keyOf(previous))) return previous;
  }
  return null;
}
