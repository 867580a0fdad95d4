// Coming back to a page that was left open, as in another tab, or on a phone that was locked.
// @ts-check

/** Who was away for so many milliseconds sees the list as it is now. */
const AWAY = 1_000;

/**
 * What was done elsewhere meanwhile is seen by who comes back.
 * @param {Document} page
 * @param {() => void} look
 */
export function onReturn(page, look) {
  let left = Infinity;
  page.addEventListener("visibilitychange", () => {
    if (page.visibilityState === "hidden") left = Date.now();
    else if (Date.now() - left > AWAY) look();
  });
}
