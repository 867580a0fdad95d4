// The boxes by which the files of a list are selected.
// @ts-check

export const BOXES = 'input[type="checkbox"][name="id"]';

/**
 * @param {Element} element in a card
 * @returns {HTMLInputElement | null}
 */
export function boxIn(element) {
  return element.closest("[data-id]")?.querySelector(BOXES) ?? null;
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
