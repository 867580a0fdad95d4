// The boxes by which the files of a list are selected, and the folders before it.
// @ts-check

export const BOXES = 'input[type="checkbox"]:is([name="id"], [name="folder"])';
/** What has such a box: a file, or a folder's tile. */
export const ENTRIES = "[data-cards] [data-id], [data-folder-tiles] [data-folder]";

/**
 * @param {Element} element in a card, or in a folder's tile
 * @returns {HTMLInputElement | null}
 */
export function boxIn(element) {
  return element.closest(ENTRIES)?.querySelector(BOXES) ?? null;
}

/** @param {HTMLInputElement} box */
export function isOfFile(box) {
  return box.name === "id";
}

/**
 * What is chosen, each kind by its ids.
 * @param {HTMLInputElement[]} boxes
 */
export function idsOf(boxes) {
  const ids = (/** @type {string} */ kind) => boxes.filter(({ name }) => name === kind).map(({ value }) => value);
  return { id: ids("id"), folder: ids("folder") };
}

/**
 * @param {Element} heading
 * @returns {Element | null} of the day behind it
 */
export function nextDay(heading) {
  let next = heading.nextElementSibling;
  while (next && !next.matches("[data-day]")) next = next.nextElementSibling;
  return next;
}

/**
 * The boxes of the files under a day's heading.
 * @param {Element} day in the heading
 */
export function boxesOfDay(day) {
  const boxes = [];
  const heading = day.closest("[data-day]");
  const end = heading ? nextDay(heading) : null;
  for (let entry = heading?.nextElementSibling; entry && entry !== end; entry = entry.nextElementSibling) {
    const box = entry.querySelector(BOXES);
    if (box instanceof HTMLInputElement) boxes.push(box);
  }
  return boxes;
}

/**
 * Both of them and all that stand between them, whichever is first.
 * @param {HTMLInputElement[]} boxes in their order
 * @param {HTMLInputElement} one
 * @param {HTMLInputElement} other
 */
export function between(boxes, one, other) {
  const ends = [boxes.indexOf(one), boxes.indexOf(other)];
  return boxes.slice(Math.min(...ends), Math.max(...ends) + 1);
}
