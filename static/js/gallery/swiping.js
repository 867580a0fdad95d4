// A finger in the viewer: sideways it goes to the next file, down it takes the picture away and leads back to the list.
// @ts-check
import { isZoomed } from "../page/zoom.js";

/** How far a finger must go across, in pixels. */
const ACROSS = 60;
/** How far down; less far when it is fast, in pixels per millisecond. */
const DOWN = 120;
const DOWN_FAST = 40;
const FAST = 0.5;
/** After so many pixels it is clear where a finger goes. */
const BEGUN = 10;
/** Over so many pixels a picture would be gone. */
const GONE = 900;

/** What fingers do something else with. */
const OTHERS = ".viewer-details, .viewer-head, .strip";
/** What they move up and down. */
const SCROLLS = ".preview-words";
const CLOSES = "[data-viewer-close]";

/**
 * @typedef {object} Swipe
 * @property {Element} viewer
 * @property {HTMLElement} preview
 * @property {Touch} touch it began with
 * @property {number} at when
 * @property {boolean} isDown is the picture in hand?
 */

/** @param {Document} page */
export function startSwiping(page) {
  /** @type {Swipe | null} */
  let swipe = null;
  const end = (/** @type {TouchEvent} */ event) => {
    if (!swipe) return;
    const { changedTouches, timeStamp } = event;
    const address = event.type === "touchend" ? wanted(swipe, changedTouches[0], timeStamp) : "none";
    const link = swipe.viewer.querySelector(address);
    if (link instanceof HTMLElement) link.click();
    // Whoever leaves takes the picture along.
    if (address !== CLOSES) letGo(swipe);
    swipe = null;
  };
  page.addEventListener(
    "touchstart",
    (event) => {
      if (swipe) letGo(swipe);
      swipe = begin(event);
    },
    { passive: true },
  );
  page.addEventListener("touchmove", ({ touches }) => swipe && touches[0] && move(swipe, touches[0]), {
    passive: true,
  });
  page.addEventListener("touchend", end, { passive: true });
  page.addEventListener("touchcancel", end, { passive: true });
}

/**
 * @param {TouchEvent} event
 * @returns {Swipe | null}
 */
function begin({ target, touches, timeStamp }) {
  const viewer = target instanceof Element ? target.closest("[data-viewer]") : null;
  const preview = viewer?.querySelector("[data-preview]");
  const [touch] = touches;
  if (!viewer || !touch || touches.length > 1 || !(preview instanceof HTMLElement)) return null;
  // A page that was made larger is moved by fingers.
  const isLarger = isZoomed(viewer) || (window.visualViewport?.scale ?? 1) > 1.01;
  const isOthers = isOn(target, OTHERS);
  return isLarger || isOthers ? null : { viewer, preview, touch, at: timeStamp, isDown: false };
}

/**
 * The picture follows the finger.
 * @param {Swipe} swipe
 * @param {Touch} to
 */
function move(swipe, to) {
  const { preview, touch } = swipe;
  const [across, down] = [to.clientX - touch.clientX, to.clientY - touch.clientY];
  swipe.isDown ||= down > BEGUN && down > 1.5 * Math.abs(across) && !isOn(touch.target, SCROLLS);
  if (!swipe.isDown || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const way = Math.max(0, down);
  preview.classList.add("is-in-hand");
  preview.style.translate = `${across}px ${way}px`;
  preview.style.scale = String(1 - way / GONE / 2);
  preview.style.opacity = String(1 - way / GONE);
}

/**
 * @param {EventTarget | null} target
 * @param {string} places
 */
function isOn(target, places) {
  return target instanceof Element && target.closest(places) !== null;
}

/** @param {Swipe} swipe */
function letGo({ preview }) {
  preview.classList.remove("is-in-hand");
  for (const name of ["translate", "scale", "opacity"]) preview.style.removeProperty(name);
}

/**
 * Which link of the viewer a finger has meant.
 * @param {Swipe} swipe
 * @param {Touch | undefined} ended
 * @param {number} at
 */
function wanted({ touch, at: began, isDown }, ended, at) {
  if (!ended) return "none";
  const [across, down] = [ended.clientX - touch.clientX, ended.clientY - touch.clientY];
  if (isDown) {
    const isFast = down > DOWN_FAST && down / Math.max(1, at - began) > FAST;
    return down > DOWN || isFast ? CLOSES : "none";
  }
  const isAcross = Math.abs(across) >= ACROSS && Math.abs(across) >= 2 * Math.abs(down);
  return isAcross ? `[data-viewer-step="${across > 0 ? "previous" : "next"}"]` : "none";
}
