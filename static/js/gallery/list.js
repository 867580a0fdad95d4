// The list of the gallery: loads more of it on the way down and up, and keeps it true when files come and go, without a jump.
// @ts-check
import { onContent } from "../page/content.js";
import { CHANGED } from "../page/dialogs.js";
import { placed } from "../page/history.js";
import { htmx } from "../page/htmx_types.js";
import { Expanse, join, steadily } from "./expanse.js";
import { merge, mergeAll, stretchesOf } from "./merging.js";
import { askFor, before, behind, entriesOf, goOn } from "./parts.js";
import { onReturn } from "./returning.js";
import { whenStill } from "./stillness.js";
import { renewFolders } from "./tiles.js";
import { bringUp, lineOf } from "./sticky.js";

/** How far from the window the next page is loaded, so that nobody waits for it. */
const AHEAD = "1200px";
/** So many pages are shown again at once to who comes back; who was further down begins there. */
const SHOWN_AGAIN = 20;

/** @type {List | null} of the content that is there */
let list = null;

/**
 * Brings back what was dropped between two entries of the list. Says whether anything was.
 * @param {Element} first
 * @param {Element | null} last
 */
export async function bringBack(first, last) {
  return (await list?.expanse.bringBack(first, last)) ?? false;
}

/** @param {Document} page */
export function startList(page) {
  onContent(page, () => {
    list?.end();
    placed(false);
    list = page.querySelector("[data-gallery]") ? new List(page) : null;
    const asked = new URLSearchParams(location.search);
    list?.begin(asked.has("through") ? 2 : 1);
    if (asked.has("at")) list?.comeBack();
  });
  page.body.addEventListener(CHANGED, () => void list?.sync());
  onReturn(page, () => void list?.sync());
  page.addEventListener("htmx:afterSettle", (event) => {
    // What was asked for may have been replaced; what came instead is on the page.
    if (!(event.target instanceof Element)) return;
    if (event.target.matches("[data-gallery]")) list?.begin(1);
    else if (event.target.matches("[data-more]")) list?.grow();
  });
  whenStill(page, () => list?.rest());
}

class List {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    this.pages = 1;
    this.isSyncing = false;
    this.isStale = false;
    this.ahead = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting) void this.load(target);
      },
      { rootMargin: `${AHEAD} 0px` },
    );
    this.expanse = new Expanse(
      (at, through) => this.fetch({ at, through }),
      () => this.listed(),
    );
  }

  /** The element of the list that is there. */
  get listing() {
    const listing = this.page.querySelector("[data-gallery]");
    return listing instanceof HTMLElement ? listing : null;
  }

  get cards() {
    return this.listing?.querySelector("[data-cards]") ?? null;
  }

  /** Is the list so long, or begun so far down, that its address names the file that is at the top? */
  get isLong() {
    const { cards } = this;
    // Not every list knows the places of its files.
    if (!cards?.querySelector("[data-at]")) return false;
    return this.pages > SHOWN_AGAIN || this.expanse.gaps.size > 0 || cards.querySelector("[data-earlier]") !== null;
  }

  /**
   * Another list is there.
   * @param {number} pages of which it shows so many; 2: several
   */
  begin(pages) {
    this.pages = pages;
    this.expanse.begin(this.cards);
    this.settle();
  }

  /** To the file that the address names, which was the first that was seen. */
  comeBack() {
    const first = this.cards?.querySelector("[data-id]");
    if (first) bringUp(this.page, first);
  }

  /** Other content comes. */
  end() {
    this.ahead.disconnect();
    this.expanse.end();
  }

  /** The next page is there. */
  grow() {
    this.pages += 1;
    this.settle();
  }

  /** After the list was drawn, or drawn further. */
  settle() {
    this.ahead.disconnect();
    this.trim();
    for (const edge of this.cards?.querySelectorAll("[data-earlier], [data-more]:has(a)") ?? [])
      this.ahead.observe(edge);
    if (this.isLong || this.pages > 1) this.remember();
  }

  /** Not while it is compared, which would put back what was dropped meanwhile. */
  trim() {
    if (!this.isSyncing) this.expanse.trim();
  }

  /** Scrolling is over. */
  rest() {
    this.trim();
    void this.expanse.restore();
    if (this.isLong) this.remember();
  }

  /** @param {Element} edge where the list goes on */
  async load(edge) {
    const link = edge.querySelector("a");
    this.ahead.unobserve(edge);
    // What is on its way already would come twice.
    if (edge.hasAttribute("aria-busy")) return;
    edge.setAttribute("aria-busy", "true");
    const found = link ? await askFor(link.href) : null;
    if (!found) edge.removeAttribute("aria-busy");
    if (!edge.isConnected || !this.cards) return;
    const isBelow = edge.matches("[data-more]");
    // Without an answer the link is there, for who presses it; the one below says why by itself.
    if (!found && isBelow) link?.click();
    if (!found) return;
    if (isBelow) {
      if (!(await goOn(edge, behind(found)))) return;
    } else {
      steadily(this.cards, () => {
        edge.replaceWith(...before(found));
        if (this.cards) join(this.cards);
      });
    }
    this.listed();
    this.grow();
  }

  /**
   * A part of the list, with its headings.
   * @param {{at?: string, through: string}} part
   */
  async fetch(part) {
    const found = await askFor(this.address(part));
    if (!found) throw new Error("no answer");
    return entriesOf(found);
  }

  /** @param {Record<string, string | undefined>} part */
  address(part) {
    const address = new URL(this.listing?.dataset["list"] ?? "/", location.href);
    for (const [name, place] of Object.entries(part)) if (place) address.searchParams.set(name, place);
    return address.pathname + address.search;
  }

  /** What is in the list changed. */
  listed() {
    this.page.dispatchEvent(new CustomEvent("cloakroom:listed"));
  }

  /** The address becomes that of what is shown, so that coming back shows it again. */
  remember() {
    placed(this.isLong);
    const more = this.page.querySelector("[data-more]");
    const seen = this.isLong ? this.firstSeen() : null;
    const place = this.isLong
      ? this.address({ at: seen ?? "" })
      : more instanceof HTMLElement
        ? more.dataset["place"]
        : "";
    const isChanged = place && place !== location.pathname + location.search;
    if (isChanged && /^\/($|folders\/)/.test(location.pathname)) history.replaceState(history.state, "", place);
  }

  /** The place of the first file that is seen. */
  firstSeen() {
    const line = lineOf(this.page) + 1;
    const files = [...(this.cards?.querySelectorAll("[data-at]") ?? [])];
    return files.find((file) => file.getBoundingClientRect().bottom > line)?.getAttribute("data-at") ?? null;
  }

  /** Asks for what is shown again; only what differs is changed. Asked meanwhile, it asks once more afterwards. */
  async sync() {
    this.isStale = true;
    if (this.isSyncing) return;
    this.isSyncing = true;
    while (this.isStale) {
      this.isStale = false;
      await (this.isLong ? this.compareParts() : this.compare()).catch(() => {});
    }
    this.isSyncing = false;
    this.trim();
  }

  async compare() {
    const { listing } = this;
    const more = this.page.querySelector("[data-more]");
    // A first page is asked for as such, as what is new may come behind its end.
    const shown = this.pages > 1 && more instanceof HTMLElement ? more.dataset["place"] : "";
    const found = await askFor(shown || listing?.dataset["list"] || "/");
    const fresh = found?.querySelector("[data-gallery]");
    // The list may be another one by now.
    if (!found || !listing || !fresh || !listing.isConnected) return;
    const isBare = found.querySelector(".page-head")?.classList.contains("is-bare") ?? false;
    this.page.querySelector(".page-head")?.classList.toggle("is-bare", isBare);
    mergeAll(listing, fresh);
    if (this.expanse.cards !== this.cards) this.expanse.begin(this.cards);
    await this.renew(found);
    this.listed();
    this.settle();
  }

  /** Of a long list, what is there is compared part by part; what was dropped is asked for when it comes back. */
  async compareParts() {
    const { cards, listing } = this;
    if (!cards || !listing) return;
    let [found, files] = [/** @type {Document | null} */ (null), 0];
    for (const { entries, part } of stretchesOf(cards)) {
      found = await askFor(this.address(part));
      if (!found || !listing.isConnected) return;
      const fresh = entriesOf(found);
      files += fresh.length;
      steadily(cards, () => {
        merge(cards, entries, fresh);
        join(cards);
      });
    }
    await this.compareEdges(files === 0);
    this.listed();
    this.settle();
  }

  /**
   * What is said of the whole, and whether it goes on behind its end.
   * @param {boolean} isEmpty is nothing left of what was there, so that the list is shown from its beginning?
   */
  async compareEdges(isEmpty) {
    const whole = await askFor(this.address({}));
    const { cards, listing } = this;
    if (!whole || !listing) return;
    await this.renew(whole);
    const fresh = whole.querySelector("[data-gallery]");
    const edge = cards?.querySelector("[data-more]:not(:has(a))");
    const last = [...(cards?.querySelectorAll("[data-at]") ?? [])].at(-1)?.getAttribute("data-at");
    if (isEmpty && fresh) {
      listing.replaceChildren(...fresh.childNodes);
      for (const child of listing.children) htmx.process(child);
      this.begin(1);
    } else if (edge && last) {
      const beyond = await askFor(this.address({ after: last }));
      const entries = beyond?.querySelectorAll("[data-cards] > :not([data-earlier])") ?? [];
      if (!edge.isConnected || entries.length === 0) return;
      edge.replaceWith(...entries);
      const more = cards?.querySelector("[data-more]");
      if (more) htmx.process(more);
    }
  }

  /**
   * What the page says of the list beside it. A menu that is open stays as it is.
   * @param {Document} found
   */
  async renew(found) {
    for (const part of ["#total", ".storage", "#folders", "#chips:not(:has([open], :focus))"]) {
      const old = this.page.querySelector(part);
      const fresh = found.querySelector(part);
      if (!old || !fresh) continue;
      if (part.startsWith("#chips")) fresh.classList.toggle("is-shown", old.classList.contains("is-shown"));
      if (part === "#folders") await renewFolders(old, fresh);
      else old.replaceWith(fresh);
    }
  }
}
