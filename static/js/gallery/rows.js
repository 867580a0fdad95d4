// Where the entries of a list lie on the page.
// @ts-check

/** A file in a list that can be asked for by its parts. */
export const FILES = "[data-id][data-at]";

/** @param {number} distance */
export function bounds(distance) {
  return { top: -distance, bottom: innerHeight + distance };
}

/**
 * @param {Element} one
 * @param {Element} other
 */
export function isBefore(one, other) {
  return (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

/**
 * The rows of a list: files side by side, with the end of their day. A row without files is a heading, or what was dropped.
 * @param {Element} cards
 */
export function rowsOf(cards) {
  /** @type {Element[][]} */
  const rows = [];
  let top = NaN;
  for (const one of cards.children) {
    const row = rows.at(-1);
    if (!one.matches(FILES)) {
      if (one.matches(".fill") && row && row.length > 0) row.push(one);
      else rows.push([]);
      top = NaN;
      continue;
    }
    const box = one.getBoundingClientRect();
    if (row && box.top === top) row.push(one);
    else rows.push([one]);
    top = box.top;
  }
  return rows;
}

/**
 * As tall as some rows are together. What comes after them may be a heading that sticks, which says nothing of where they end.
 * @param {Element[]} files
 */
export function heightOf(files) {
  const boxes = files.filter((file) => file.getClientRects().length > 0).map((file) => file.getBoundingClientRect());
  return Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
}
