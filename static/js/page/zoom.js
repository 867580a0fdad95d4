// A picture larger than its window: at the pointer, moved by hand, and by two fingers.
// @ts-check

/** How much larger or smaller a picture gets at a time, and the most. */
const STEP = 1.5;
const MOST = 8;
/** A hand that moved so little, in pixels, has clicked. */
const STILL = 4;

/** @typedef {{x: number, y: number}} Point of the window */

/** @param {Document} page */
export function startZooming(page) {
  page.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const viewer = target?.closest("[data-viewer]");
    // The second click of two would take back what the first did.
    if (!viewer || !target || event.detail > 1) return;
    if (target.closest("[data-zoom]")) zoom(viewer);
    else if (target.matches(".viewer-preview [data-zoomable]") && !hand.hasMoved) {
      zoom(viewer, { x: event.clientX, y: event.clientY });
    }
  });
  const onWheel = (/** @type {WheelEvent} */ event) => {
    const viewer = event.target instanceof Element ? event.target.closest("[data-viewer]") : null;
    // As browsers tell of two fingers on a touchpad.
    if (!viewer || !event.ctrlKey || !viewer.querySelector("[data-zoomable]")) return;
    event.preventDefault();
    scale(viewer, factorOf(viewer) * Math.exp(-event.deltaY / 100), { x: event.clientX, y: event.clientY });
  };
  page.addEventListener("wheel", onWheel, { passive: false });
  page.addEventListener("pointerdown", (event) => hand.take(event));
  page.addEventListener("pointermove", (event) => hand.move(event));
  for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) {
    page.addEventListener(kind, (event) => hand.let(event));
  }
}

/**
 * Between the whole picture and its own pixels, or twice as large when those are few.
 * @param {Element} viewer
 * @param {Point} [at] what stays where it is; the middle unless it is told
 */
export function zoom(viewer, at) {
  const image = viewer.querySelector("[data-zoomable]");
  if (!(image instanceof HTMLImageElement)) return;
  scale(viewer, isZoomed(viewer) ? 1 : Math.min(MOST, Math.max(2, image.naturalWidth / image.clientWidth)), at);
}

/**
 * One step larger or smaller.
 * @param {Element} viewer
 * @param {"larger" | "smaller"} way
 */
export function zoomBy(viewer, way) {
  scale(viewer, way === "larger" ? factorOf(viewer) * STEP : factorOf(viewer) / STEP);
}

/** @param {Element} viewer */
export function isZoomed(viewer) {
  return viewer.querySelector(".is-zoomed") !== null;
}

/** @param {Element} viewer */
function factorOf(viewer) {
  return Number(viewer.querySelector("[data-preview]")?.getAttribute("data-factor") ?? 1);
}

/**
 * @param {Element} viewer
 * @param {number} wish times as large as the whole picture fits
 * @param {Point} [at]
 */
function scale(viewer, wish, at) {
  const preview = viewer.querySelector("[data-preview]");
  const image = viewer.querySelector("[data-zoomable]");
  if (!(preview instanceof HTMLElement) || !(image instanceof HTMLElement)) return;
  const factor = Math.min(MOST, wish);
  say(viewer, factor > 1);
  if (factor <= 1) {
    preview.classList.remove("is-zoomed");
    preview.dataset["factor"] = "1";
    image.style.width = "";
    return;
  }
  const frame = preview.getBoundingClientRect();
  const { x, y } = at ?? { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
  const before = image.getBoundingClientRect();
  const [across, down] = [(x - before.left) / before.width, (y - before.top) / before.height];
  const fitting = isZoomed(viewer) ? Number(preview.dataset["fitting"]) : image.clientWidth;
  preview.classList.add("is-zoomed");
  preview.dataset["factor"] = String(factor);
  preview.dataset["fitting"] = String(fitting);
  image.style.width = `${fitting * factor}px`;
  // So that the arrows move it.
  preview.tabIndex = 0;
  preview.focus();
  const after = image.getBoundingClientRect();
  preview.scrollLeft += after.left + across * after.width - x;
  preview.scrollTop += after.top + down * after.height - y;
}

/**
 * The button says what it would do.
 * @param {Element} viewer
 * @param {boolean} isLarger
 */
function say(viewer, isLarger) {
  const button = viewer.querySelector("[data-zoom]");
  if (!(button instanceof HTMLElement)) return;
  button.ariaPressed = String(isLarger);
  button.title = button.dataset[isLarger ? "zoomed" : "zoom"] ?? "";
}

/** What holds a picture: a pointer that moves it, or two fingers that pull it apart. */
class Hand {
  constructor() {
    /** @type {Map<number, Point>} */
    this.points = new Map();
    this.hasMoved = false;
    this.way = 0;
  }

  /** @param {PointerEvent} event */
  take(event) {
    const isPicture = event.target instanceof Element && event.target.matches(".viewer-preview [data-zoomable]");
    if (!isPicture) return;
    if (this.points.size === 0) [this.hasMoved, this.way] = [false, 0];
    this.points.set(event.pointerId, { x: event.clientX, y: event.clientY });
    // The browser would drag the picture itself away.
    if (event.pointerType === "mouse") event.preventDefault();
  }

  /** @param {PointerEvent} event */
  move(event) {
    const from = this.points.get(event.pointerId);
    const viewer = event.target instanceof Element ? event.target.closest("[data-viewer]") : null;
    const preview = viewer?.querySelector("[data-preview]");
    if (!from || !viewer || !preview) return;
    const to = { x: event.clientX, y: event.clientY };
    const other = [...this.points].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const factor = distance(to, other) / Math.max(1, distance(from, other));
      scale(viewer, factorOf(viewer) * factor, { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 });
    } else if (isZoomed(viewer)) {
      preview.classList.add("is-held");
      preview.scrollLeft -= to.x - from.x;
      preview.scrollTop -= to.y - from.y;
    }
    this.way += distance(from, to);
    this.hasMoved ||= this.way > STILL && (other !== undefined || isZoomed(viewer));
    this.points.set(event.pointerId, to);
  }

  /** @param {PointerEvent} event */
  let(event) {
    if (!this.points.delete(event.pointerId)) return;
    document.querySelector(".is-held")?.classList.remove("is-held");
  }
}

const hand = new Hand();

/**
 * @param {Point} one
 * @param {Point} other
 */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
