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
    merge(listing, fresh);
    for (const count of found.querySelectorAll("#total, .count[id]")) {
      const old = this.page.getElementById(count.id);
      if (old) old.textContent = count.textContent;
    }
    this.page.dispatchEvent(new CustomEvent("cloakroom:listed"));
    this.settle();
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
  /** @type {Map<string | undefined, Element>} */
  const known = new Map(idsOf(cards));
  const wanted = new Map(idsOf(others));
  const heir = focused && !wanted.has(idOf(focused)) ? neighbour(focused, wanted) : null;
  for (const [id, card] of known) if (!wanted.has(id)) card.remove();
  let place = cards.firstElementChild;
  for (const [id, card] of wanted) {
    const kept = known.get(id) ?? card;
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
 * @param {Element} cards
 * @returns {[string | undefined, Element][]}
 */
function idsOf(cards) {
  return [...cards.querySelectorAll("[data-id]")].map((card) => [idOf(card), card]);
}

/** @param {Element} card */
function idOf(card) {
  return card instanceof HTMLElement ? card.dataset["id"] : undefined;
}

/**
 * The nearest card that stays.
 * @param {Element} card
 * @param {Map<string | undefined, Element>} staying
 */
function neighbour(card, staying) {
  for (let next = card.nextElementSibling; next; next = next.nextElementSibling) {
    if (staying.has(idOf(next))) return next;
  }
  for (let previous = card.previousElementSibling; previous; previous = previous.previousElementSibling) {
    if (staying.has(idOf(previous))) return previous;
  }
  return null;
}
