// When scrolling is over: after a moment, or as soon as somebody goes on from there.
// @ts-check

/** In milliseconds. */
const REST = 150;

/**
 * @param {Document} page
 * @param {() => void} act
 */
export function whenStill(page, act) {
  let rest = 0;
  const now = () => {
    if (rest === 0) return;
    clearTimeout(rest);
    rest = 0;
    act();
  };
  addEventListener(
    "scroll",
    () => {
      clearTimeout(rest);
      rest = window.setTimeout(now, REST);
    },
    { passive: true },
  );
  page.addEventListener("click", now, true);
}
