// Putting a fresh list in the place of one that is shown: what is in both stays as it is, with its focus and its checks.
// @ts-check
import { htmx } from "../page/htmx_types.js";

/** An answer has no more files than this, which is somewhat less than the most that there are of a part. */
const MOST = 900;

const EDGES = "[data-more], [data-earlier], .gap";

/**
 * Entries of a list that follow each other, and what of the list they are.
 * @typedef {object} Stretch
 * @property {Element[]} entries
 * @property {{at?: string, through: string}} part
 */

/**
 * The parts of a list that are there, between those that were dropped.
 * @param {Element} cards
 * @returns {Stretch[]}
 */
export function stretchesOf(cards) {
  /** @type {Element[][]} */
  const runs = [[]];
  for (const one of cards.children) {
    if (one.matches(EDGES)) runs.push([]);
    else runs.at(-1)?.push(one);
  }
  const beginsWithTheList = !cards.querySelector("[data-earlier]");
  return runs.flatMap((run, number) => {
    const parts = partsOf(run).map((entries) => ({ entries, part: spanOf(entries) }));
    const [first] = parts;
    if (first && number === 0 && beginsWithTheList) delete first.part.at;
    return parts;
  });
}

/**
 * @param {Element[]} run
 * @returns {Element[][]}
 */
function partsOf(run) {
  const isFile = (/** @type {Element} */ entry) => entry.matches("[data-at]");
  const parts = [];
  for (let from = 0; run.slice(from).some(isFile);) {
    const first = run.findIndex((entry, place) => place >= from && isFile(entry));
    const files = run
      .map((entry, place) => (place >= first && isFile(entry) ? place : -1))
      .filter((place) => place >= 0);
    const last = files[Math.min(MOST, files.length) - 1] ?? first;
    // With the heading of the first, and not that of what was dropped behind the last.
    parts.push(run.slice(run[first - 1]?.matches("[data-day]") ? first - 1 : first, last + 1));
    from = last + 1;
  }
  return parts;
}

/**
 * From which place to which.
 * @param {Element[]} entries
 * @returns {{at?: string, through: string}}
 */
function spanOf(entries) {
  const files = entries.filter((entry) => entry.matches("[data-at]"));
  return { at: placeOf(files[0]), through: placeOf(files.at(-1)) };
}

/**
 * A whole list.
 * @param {Element} listing
 * @param {Element} fresh
 */
export function mergeAll(listing, fresh) {
  const cards = listing.querySelector("[data-cards]");
  const others = fresh.querySelector("[data-cards]");
  if (!cards || !others) {
    listing.replaceChildren(...fresh.childNodes);
    for (const child of listing.children) htmx.process(child);
    return;
  }
  merge(cards, entriesOf(cards), entriesOf(others));
  const [more, otherMore] = [cards.querySelector("[data-more]"), others.querySelector("[data-more]")];
  if (more && otherMore) {
    more.replaceWith(otherMore);
    htmx.process(otherMore);
  }
}

/**
 * Some of its entries, which follow each other.
 * @param {Element} cards
 * @param {Element[]} entries
 * @param {Element[]} fresh
 */
export function merge(cards, entries, fresh) {
  const focused = document.activeElement?.closest("[data-id]");
  const known = new Map(keysOf(entries));
  const wanted = new Map(keysOf(fresh));
  const heir =
    focused && known.get(keyOf(focused)) === focused && !wanted.has(keyOf(focused)) ? neighbour(focused, wanted) : null;
  const end = entries.at(-1)?.nextElementSibling ?? null;
  for (const [key, entry] of known) if (!wanted.has(key)) entry.remove();
  let place = entries.find((entry) => entry.isConnected) ?? (entries.length > 0 ? end : cards.firstElementChild);
  for (const [key, entry] of wanted) {
    const old = known.get(key) ?? null;
    const kept = stayed(old, entry);
    // It may have been replaced where it stood.
    if (old !== null && old === place) place = kept;
    if (kept === place) place = place.nextElementSibling;
    else cards.insertBefore(kept, place);
  }
  heir?.querySelector("a")?.focus();
}

/**
 * What is known stays, unless it has another name by now, or a star that it had not.
 * @param {Element | null} known
 * @param {Element} fresh
 */
function stayed(known, fresh) {
  const isStarred = fresh.hasAttribute("data-starred");
  if (!known || (!known.matches("[data-stale]") && known.hasAttribute("data-starred") === isStarred))
    return known ?? fresh;
  const hadFocus = known.contains(document.activeElement);
  known.replaceWith(fresh);
  const link = hadFocus ? fresh.querySelector(".card-link") : null;
  if (link instanceof HTMLElement) link.focus();
  return fresh;
}

/** @param {Element} cards */
function entriesOf(cards) {
  return [...cards.children].filter((entry) => !entry.matches(EDGES));
}

/**
 * What stands in the list, by what tells it from others: files, the headings of days, and their ends.
 * @param {Element[]} entries
 * @returns {[string, Element][]}
 */
function keysOf(entries) {
  let day = "";
  return entries.map((entry) => {
    if (entry.matches("[data-day]")) day = keyOf(entry);
    return [keyOf(entry) || `end of ${day}`, entry];
  });
}

/** @param {Element} entry */
function keyOf(entry) {
  return entry.getAttribute("data-id") ?? entry.getAttribute("data-day") ?? "";
}

/** @param {Element | undefined} file */
function placeOf(file) {
  return file?.getAttribute("data-at") ?? "";
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
