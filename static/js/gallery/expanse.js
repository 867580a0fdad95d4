// Keeps a long list light: what lies far from the window is dropped, its height stays, and it comes back before it is reached.
// @ts-check
import { bounds, FILES, heightOf, isBefore, rowsOf } from "./rows.js";

/** So many files are kept, wherever they are. */
const KEPT = 400;
/** What is nearer to the window than this is kept, in heights of it. */
const NEAR = 4;
/** Dropped together, and brought back together: few, so that neither is felt. */
const TOGETHER = 72;
/** And so many when they are needed together: no more than a part of a list may have. */
const AT_ONCE = 480;
/** How far from the window they are brought back, in pixels. */
const AHEAD = 1800;

/**
 * Where in a list files were dropped.
 * @typedef {object} Gap
 * @property {string} at the place of its first file
 * @property {string} through and of its last
 * @property {number} files
 */

export class Expanse {
  /**
   * @param {(at: string, through: string) => Promise<Element[]>} fetchFiles
   * @param {() => void} onBack
   */
  constructor(fetchFiles, onBack) {
    this.fetchFiles = fetchFiles;
    this.onBack = onBack;
    /** @type {Element | null} */
    this.cards = null;
    /** @type {Map<Element, Gap>} */
    this.gaps = new Map();
    this.isAsking = false;
    /** How many are bringing back what they need: until they have it, nothing is dropped. */
    this.gathering = 0;
    this.near = new IntersectionObserver(() => void this.restore(), { rootMargin: `${AHEAD}px 0px` });
  }

  /** @param {Element | null} cards of the list that is there */
  begin(cards) {
    this.end();
    this.cards = cards;
  }

  end() {
    this.near.disconnect();
    this.gaps.clear();
    this.cards = null;
  }

  /** Drops what is far away, once there is much. */
  trim() {
    const { cards } = this;
    if (this.gathering > 0 || !cards || cards.querySelectorAll(FILES).length <= KEPT) return;
    const { top: near, bottom: far } = bounds(NEAR * innerHeight);
    /** @type {Element[]} */
    let run = [];
    const runs = [];
    for (const row of rowsOf(cards)) {
      const { top, bottom } = row[0]?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
      const isFar = row.length > 0 && (bottom < near || top > far) && !isHeld(row);
      if (run.length > 0 && (!isFar || run.length >= TOGETHER)) {
        runs.push(run);
        run = [];
      }
      if (isFar) run.push(...row);
    }
    if (run.length > 0) runs.push(run);
    // All is measured before anything is changed.
    const measured = runs.map((files) => ({ files, height: heightOf(files) }));
    for (const { files, height } of measured) this.drop(files, height);
  }

  /**
   * @param {Element[]} files
   * @param {number} height
   */
  drop(files, height) {
    const first = files[0];
    const last = files.findLast((one) => one.matches(FILES));
    if (!first || !last) return;
    const gap = { at: placeOf(first), through: placeOf(last), files: files.length };
    const element = gapLike(first, height);
    first.before(element);
    for (const file of files) file.remove();
    this.gaps.set(element, gap);
    this.near.observe(element);
  }

  /** Brings back what is near to the window, as much together as is asked for at once. */
  async restore() {
    if (this.isAsking) return;
    this.isAsking = true;
    await this.bringAll(isNear, TOGETHER);
    this.isAsking = false;
  }

  /**
   * Brings back all between two entries. Says whether there was anything.
   * @param {Element} first
   * @param {Element | null} last the end of the list, if it is none
   */
  async bringBack(first, last) {
    this.gathering += 1;
    const isAny = await this.bringAll((gap) => isBefore(first, gap) && (!last || isBefore(gap, last)), AT_ONCE);
    this.gathering -= 1;
    return isAny;
  }

  /**
   * @param {(gap: Element) => boolean} isWanted
   * @param {number} most files together
   */
  async bringAll(isWanted, most) {
    let isAny = false;
    for (let run = this.next(isWanted, most); run.length > 0; run = this.next(isWanted, most)) {
      isAny = true;
      const [first, last] = [run[0], run.at(-1)];
      const [from, to] = [first && this.gaps.get(first), last && this.gaps.get(last)];
      if (!first || !last || !from || !to) break;
      const files = await this.fetchFiles(from.at, to.through).catch(() => null);
      // Without a network they come when they are asked for again.
      if (!files) break;
      if (first.isConnected && last.isConnected) this.fill(first, last, files);
    }
    return isAny;
  }

  /**
   * The first gaps that are wanted, one beside the other, which no file divides.
   * @param {(gap: Element) => boolean} isWanted
   * @param {number} most files together
   */
  next(isWanted, most) {
    const run = [];
    let files = 0;
    for (const element of this.cards?.children ?? []) {
      const gap = this.gaps.get(element);
      if (!gap) {
        if (run.length > 0 && element.matches(`${FILES}, [data-more]`)) break;
        continue;
      }
      const isOne = isWanted(element);
      if (run.length > 0 && (!isOne || files + gap.files > most)) break;
      if (isOne) {
        run.push(element);
        files += gap.files;
      }
    }
    return run;
  }

  /**
   * @param {Element} first
   * @param {Element} last
   * @param {Element[]} files with the headings between them
   */
  fill(first, last, files) {
    steadily(first.parentElement, () => {
      const old = [];
      for (let one = /** @type {Element | null} */ (first); one; one = one === last ? null : one.nextElementSibling) {
        old.push(one);
      }
      first.before(...files);
      for (const one of old) {
        this.near.unobserve(one);
        this.gaps.delete(one);
        // A heading that was there knows how many files its day has.
        const twin = files.find((file) => isHeadingOf(file, one));
        if (twin) twin.replaceWith(one);
        else one.remove();
      }
      if (this.cards) join(this.cards);
    });
    this.onBack();
  }
}

/**
 * Changes what is above what is seen, which stays where it is.
 * @param {Element | null} cards
 * @param {() => void} change
 */
export function steadily(cards, change) {
  const root = document.documentElement;
  const seen = [...(cards?.children ?? [])].find((one) => one.matches(FILES) && one.getBoundingClientRect().bottom > 0);
  const before = seen?.getBoundingClientRect().top ?? 0;
  // Not twice: some browsers would do it as well.
  root.style.overflowAnchor = "none";
  change();
  const moved = seen?.isConnected ? seen.getBoundingClientRect().top - before : 0;
  if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
  requestAnimationFrame(() => (root.style.overflowAnchor = ""));
}

/**
 * Where two parts of a list meet, a day is headed once, its last row keeps its height, and a day that has nothing goes.
 * @param {Element} cards
 */
export function join(cards) {
  let day = "";
  for (const twice of cards.querySelectorAll(".fill + .fill")) twice.remove();
  for (const heading of cards.querySelectorAll("[data-day]")) {
    const key = heading.getAttribute("data-day") ?? "";
    const [before, behind] = [heading.previousElementSibling, heading.nextElementSibling];
    if (key === day) {
      if (before?.matches(".fill")) before.remove();
      heading.remove();
    } else if (!behind || behind.matches(".fill, [data-day]")) {
      if (behind?.matches(".fill")) behind.remove();
      heading.remove();
    } else {
      if (before?.matches(FILES)) heading.before(Object.assign(document.createElement("li"), { className: "fill" }));
      day = key;
    }
  }
}

/**
 * @param {Element} one
 * @param {Element} other
 */
function isHeadingOf(one, other) {
  const day = other.getAttribute("data-day");
  return day !== null && one.getAttribute("data-day") === day;
}

/** @param {Element} gap */
function isNear(gap) {
  const { top, bottom } = bounds(AHEAD);
  const box = gap.getBoundingClientRect();
  return box.bottom > top && box.top < bottom;
}

/**
 * What is selected, or has the focus, is not dropped.
 * @param {Element[]} files
 */
function isHeld(files) {
  return files.some((file) => file.contains(document.activeElement) || file.querySelector("input:checked"));
}

/**
 * @param {Element} file
 * @param {number} height
 */
function gapLike(file, height) {
  const gap = document.createElement(file.tagName);
  gap.className = "gap";
  gap.setAttribute("aria-hidden", "true");
  const tall = file.matches("tr") ? gap.appendChild(document.createElement("td")) : gap;
  if (tall instanceof HTMLTableCellElement) tall.colSpan = file.childElementCount;
  tall.style.height = `${height}px`;
  return gap;
}

/** @param {Element} file */
function placeOf(file) {
  return file.getAttribute("data-at") ?? "";
}
