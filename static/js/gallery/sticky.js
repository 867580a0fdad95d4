// What sticks to the top of the window, under which the list goes on: the header, and the heading of a day.
// @ts-check

/** @param {Document} page */
export function headerOf(page) {
  // Above the window where it has gone along with the page.
  return Math.max(0, page.querySelector(".site-header")?.getBoundingClientRect().bottom ?? 0);
}

/**
 * Where the list is seen from, in pixels from the top of the window.
 * @param {Document} page
 */
export function lineOf(page) {
  return headerOf(page) + (page.querySelector("[data-day]")?.getBoundingClientRect().height ?? 0);
}

/**
 * Scrolls until a file, or what is like it, is the first that is seen.
 * @param {Document} page
 * @param {Element} file
 */
export function bringUp(page, file) {
  scrollBy({ top: file.getBoundingClientRect().top - lineOf(page), behavior: "instant" });
}
