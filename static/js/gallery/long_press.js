// A finger that rests on a file or a folder selects it, which is how a selection begins where there is no mouse.
// @ts-check
import { boxIn, ENTRIES } from "./boxes.js";

/** In milliseconds, as systems have it. */
const REST = 500;
/** A finger that went so far scrolls, in pixels. */
const STILL = 10;

/**
 * @param {Document} page
 * @param {(card: Element) => void} act
 */
export function onLongPress(page, act) {
  let timer = 0;
  let isHeld = false;
  /** @type {Touch | undefined} */
  let begun;
  const letGo = () => clearTimeout(timer);
  page.addEventListener(
    "touchstart",
    ({ touches, target }) => {
      const card = target instanceof Element ? target.closest(ENTRIES) : null;
      [begun, isHeld] = [touches[0], false];
      letGo();
      if (!card || !boxIn(card) || touches.length !== 1) return;
      timer = window.setTimeout(() => {
        isHeld = true;
        act(card);
      }, REST);
    },
    { passive: true },
  );
  page.addEventListener(
    "touchmove",
    ({ touches: [now] }) => {
      if (now && begun && Math.hypot(now.clientX - begun.clientX, now.clientY - begun.clientY) > STILL) letGo();
    },
    { passive: true },
  );
  for (const kind of /** @type {const} */ (["touchend", "touchcancel"])) {
    page.addEventListener(kind, letGo, { passive: true });
  }
  // What a browser does with a finger that rests, or is lifted afterwards.
  for (const kind of /** @type {const} */ (["contextmenu", "click"])) {
    page.addEventListener(
      kind,
      (event) => {
        if (!isHeld) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (kind === "click") isHeld = false;
      },
      true,
    );
  }
}
