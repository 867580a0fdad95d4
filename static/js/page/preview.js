// What a file's content needs besides HTML: text is read from the store, a picture can be zoomed.
// @ts-check
import { onContent } from "./content.js";

/** @param {Document} page */
export function startPreview(page) {
  onContent(page, () => {
    showTexts(page);
    for (const picture of page.querySelectorAll(".preview-image")) {
      if (picture instanceof HTMLImageElement && picture.complete) uncover({ target: picture });
    }
  });
  // Neither is seen through what comes over it. It does not bubble.
  page.addEventListener("load", uncover, true);
  page.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const viewer =
      target?.closest("[data-zoom]") || target?.matches(".viewer-preview [data-zoomable]")
        ? target?.closest("[data-viewer]")
        : null;
    if (viewer) zoom(viewer);
  });
}

/** @param {{target: EventTarget | null}} event of a picture that is there as a whole */
function uncover({ target }) {
  const isWhole = target instanceof HTMLImageElement && target.matches(".preview-image") && target.naturalWidth > 0;
  if (isWhole) target.parentElement?.querySelector(".preview-under")?.remove();
}

/**
 * Reads the beginning of each text that was not read yet.
 * @param {ParentNode} part
 */
export function showTexts(part) {
  for (const text of part.querySelectorAll("[data-text]")) {
    if (text instanceof HTMLElement) void show(text);
  }
}

/** @param {HTMLElement} text */
async function show(text) {
  const { text: url = "", bytes } = text.dataset;
  delete text.dataset["text"];
  try {
    const answer = await fetch(url, bytes ? { headers: { Range: `bytes=0-${Number(bytes) - 1}` } } : {});
    if (!answer.ok) throw new Error(String(answer.status));
    text.textContent = await answer.text();
  } catch {
    text.hidden = true;
    const problem = text.parentElement?.querySelector("[data-text-problem]");
    if (problem instanceof HTMLElement) problem.hidden = false;
  }
}

/** How much larger or smaller a picture gets at a time, and the most. */
const STEP = 1.5;
const MOST = 8;

/**
 * Between the whole picture and its own pixels, or twice as large when those are few.
 * @param {Element} viewer
 */
export function zoom(viewer) {
  const image = viewer.querySelector("[data-zoomable]");
  if (!(image instanceof HTMLImageElement)) return;
  scale(viewer, isZoomed(viewer) ? 1 : Math.min(MOST, Math.max(2, image.naturalWidth / image.clientWidth)));
}

/**
 * One step larger or smaller.
 * @param {Element} viewer
 * @param {"larger" | "smaller"} way
 */
export function zoomBy(viewer, way) {
  const factor = Number(viewer.querySelector("[data-preview]")?.getAttribute("data-factor") ?? 1);
  scale(viewer, way === "larger" ? factor * STEP : factor / STEP);
}

/** @param {Element} viewer */
export function isZoomed(viewer) {
  return viewer.querySelector(".is-zoomed") !== null;
}

/**
 * @param {Element} viewer
 * @param {number} wish times as large as the whole picture fits
 */
function scale(viewer, wish) {
  const preview = viewer.querySelector("[data-preview]");
  const image = viewer.querySelector("[data-zoomable]");
  if (!(preview instanceof HTMLElement) || !(image instanceof HTMLElement)) return;
  const factor = Math.min(MOST, wish);
  if (factor <= 1) {
    preview.classList.remove("is-zoomed");
    preview.dataset["factor"] = "1";
    image.style.width = "";
  } else {
    const fitting = isZoomed(viewer) ? Number(preview.dataset["fitting"]) : image.clientWidth;
    preview.classList.add("is-zoomed");
    preview.dataset["factor"] = String(factor);
    preview.dataset["fitting"] = String(fitting);
    image.style.width = `${fitting * factor}px`;
    // So that the arrows move it.
    preview.tabIndex = 0;
    preview.focus();
    preview.scrollLeft = (preview.scrollWidth - preview.clientWidth) / 2;
    preview.scrollTop = (preview.scrollHeight - preview.clientHeight) / 2;
  }
  viewer.querySelector("[data-zoom]")?.setAttribute("aria-pressed", String(factor > 1));
}
