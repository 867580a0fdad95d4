// The viewer's buttons go when nobody is about to use them, and are back with the first movement.
// @ts-check

const REST = 3_000;

/** @param {Document} page */
export function startFading(page) {
  let timer = 0;
  const rest = () => {
    const viewer = viewerOf(page);
    if (viewer && !isWanted(viewer)) viewer.classList.add("is-idle");
  };
  const wake = () => {
    viewerOf(page)?.classList.remove("is-idle");
    clearTimeout(timer);
    if (viewerOf(page)) timer = window.setTimeout(rest, REST);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown", "focusin", "wheel"]) {
    page.addEventListener(kind, wake, { passive: true });
  }
}

/** @param {Document} page */
function viewerOf(page) {
  return page.querySelector("[data-viewer]");
}

/** @param {Element} viewer */
function isWanted(viewer) {
  const isUsed = viewer.querySelector(":is(.viewer-head, .strip, .viewer-step):is(:hover, :has(:focus-visible))");
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return isUsed !== null || isStill || viewer.matches("[data-stays-dressed]");
}
