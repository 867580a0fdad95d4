// What was just done is said for a while: as long as it may be read, and never gone under the pointer or the focus.
// @ts-check

/** In seconds, and with an Undo in it. */
const STAYS = 8;
const STAYS_WITH_UNDO = 12;
const BEAT = 1_000;

/** @param {Document} page */
export function startToasts(page) {
  const place = page.getElementById("flash");
  if (!place) return;
  let left = 0;
  let timer = 0;
  const isRead = () => page.hidden || place.matches(":hover, :focus-within");
  const beat = () => {
    if (place.childElementCount > 0 && (isRead() || (left -= 1) > 0)) return;
    place.replaceChildren();
    clearInterval(timer);
    timer = 0;
  };
  const begin = () => {
    if (place.childElementCount === 0) return;
    left = place.querySelector("[data-undo]") ? STAYS_WITH_UNDO : STAYS;
    timer ||= window.setInterval(beat, BEAT);
  };
  new MutationObserver(begin).observe(place, { childList: true });
  begin();
}

/**
 * Takes back what was done last, if it is still said.
 * @param {Document} page
 */
export function undo(page) {
  const button = page.querySelector("#flash [data-undo]");
  if (!(button instanceof HTMLElement)) return false;
  button.click();
  return true;
}
