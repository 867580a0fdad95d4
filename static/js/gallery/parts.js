// Parts of a list, as its pages have them.
// @ts-check
import { htmx } from "../page/htmx_types.js";
import { isSignedOut } from "../page/sign_in_again.js";

/** So many entries are drawn in a frame: those of a whole page would be felt while scrolling. */
const DRAWN = 8;

/**
 * A page of the list, or nothing where it cannot be had.
 * @param {string} address
 */
export async function askFor(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  return answer?.ok && !isSignedOut(document, answer)
    ? new DOMParser().parseFromString(await answer.text(), "text/html")
    : null;
}

/**
 * Its files, with the headings between them.
 * @param {Document} found
 */
export function entriesOf(found) {
  return taken(found, "[data-more], [data-earlier]");
}

/**
 * Those of a page that stands before what is there, and how the list begins.
 * @param {Document} found
 */
export function before(found) {
  return taken(found, "[data-more]");
}

/**
 * Those of a page that goes on behind what is there, and how it goes on from there.
 * @param {Document} found
 */
export function behind(found) {
  return taken(found, "[data-earlier]");
}

/**
 * @param {Document} found
 * @param {string} others
 */
function taken(found, others) {
  const entries = found.querySelectorAll(`[data-cards] > :not(${others})`);
  return [...entries].map((entry) => document.adoptNode(entry));
}

/**
 * Puts entries where a list goes on, some in each frame. Says whether all are there: it may have become another list meanwhile.
 * @param {Element} edge
 * @param {Element[]} entries
 */
export async function goOn(edge, entries) {
  for (let from = 0; from < entries.length; from += DRAWN) {
    if (!edge.isConnected) return false;
    edge.before(...entries.slice(from, from + DRAWN));
    await new Promise(requestAnimationFrame);
  }
  if (!edge.isConnected) return false;
  edge.remove();
  const more = entries.at(-1);
  if (more?.matches("[data-more]")) htmx.process(more);
  return true;
}
