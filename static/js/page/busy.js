// A button whose form is on its way says so: its icon becomes a ring that turns, and a reader hears that it is busy.
// @ts-check

/** Until its page is swapped or left, or its answer is there. */
const BUSY = "aria-busy";

/**
 * For forms that the browser sends itself; start it last, behind all who may send them instead.
 * @param {Document} page
 */
export function startBusy(page) {
  page.addEventListener("submit", (event) => {
    // What only hands over a file has no answer that would end it.
    const handsOver = event.target instanceof Element && event.target.matches("[data-hands-over]");
    if (!event.defaultPrevented && !handsOver) busy(event.submitter);
  });
  // A page that is come back to is as it was left.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const button of page.querySelectorAll(`.button[${BUSY}]`)) button.removeAttribute(BUSY);
  });
}

/**
 * Says what ends it.
 * @param {HTMLElement | null} button that sent a form, if one did
 */
export function busy(button) {
  button?.setAttribute(BUSY, "true");
  return () => button?.removeAttribute(BUSY);
}
