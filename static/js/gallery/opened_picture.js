// A picture that was opened: there at once, and before all else.
// @ts-check
import { savesData } from "../page/save_data.js";

/**
 * A picture is there at once, small, and comes whole while the rest of the viewer is asked for.
 * @param {HTMLDialogElement} dialog
 * @param {HTMLAnchorElement} link of its card
 */
export function begin(dialog, link) {
  const small = link.querySelector("img");
  const { picture } = link.dataset;
  if (!small || !picture) return;
  const [viewer, preview, under] = [document.createElement("section"), document.createElement("div"), new Image()];
  Object.assign(viewer, { className: "viewer", ariaLabel: "Viewer" });
  preview.className = "viewer-preview";
  under.src = small.src;
  Object.assign(under, { className: "preview-under", alt: "" });
  const whole = new Image();
  Object.assign(whole, { className: "preview-image", alt: "", fetchPriority: "high", src: picture });
  for (const name of ["width", "height"]) {
    const side = small.getAttribute(name);
    for (const one of side ? [under, whole] : []) one.setAttribute(name, side ?? "");
  }
  holdCardsBack(dialog.ownerDocument);
  for (const end of ["load", "error"]) whole.addEventListener(end, () => letCardsGoOn(dialog.ownerDocument));
  preview.append(under, whole);
  const head = document.createElement("header");
  head.className = "viewer-head";
  const name = document.createElement("p");
  name.className = "viewer-title viewer-name";
  name.textContent = link.querySelector(".card-name")?.textContent ?? "";
  const close = document.createElement("a");
  Object.assign(close, { className: "button quiet", href: location.pathname, textContent: "Close" });
  close.dataset["viewerClose"] = "";
  head.append(name, close);
  viewer.append(head, preview);
  dialog.replaceChildren(viewer);
  dialog.showModal();
}

/**
 * What is on its way already is not asked for again.
 * @param {HTMLDialogElement} dialog
 * @param {Element} found
 */
export function takeOver(dialog, found) {
  for (const kind of [".preview-under", ".preview-image"]) {
    const [early, late] = [dialog.querySelector(kind), found.querySelector(kind)];
    if (!(early instanceof HTMLImageElement) || !(late instanceof HTMLImageElement) || early.src !== late.src) continue;
    for (const { name, value } of late.attributes) if (name !== "src") early.setAttribute(name, value);
    late.replaceWith(early);
  }
  // The whole has come before the rest.
  const whole = found.querySelector(".preview-image");
  if (whole instanceof HTMLImageElement && whole.complete && whole.naturalWidth > 0) {
    found.querySelector(".preview-under")?.remove();
  }
}

/**
 * Once a picture is there, those beside it are asked for, so that a step shows them at once.
 * @param {Element} found
 * @param {AbortSignal} signal
 */
export function prepare(found, signal) {
  const picture = found.querySelector(".preview-image");
  if (!(picture instanceof HTMLImageElement) || savesData()) return;
  const ask = () => {
    const links = signal.aborted ? [] : [...found.querySelectorAll("[data-picture]")];
    const beside = links.map((link) => {
      const one = new Image();
      return Object.assign(one, { fetchPriority: "low", src: link.getAttribute("data-picture") ?? "" });
    });
    // Whoever goes on looks at another one.
    signal.addEventListener("abort", () => beside.forEach((one) => one.complete || one.removeAttribute("src")));
  };
  if (picture.complete) ask();
  else picture.addEventListener("load", ask, { signal });
}

const HELD = "held";

/**
 * What nobody sees just now waits: browsers ask a store for few things at a time.
 * @param {Document} page
 */
function holdCardsBack(page) {
  for (const picture of page.querySelectorAll("[data-cards] img")) {
    if (!(picture instanceof HTMLImageElement) || picture.complete) continue;
    picture.dataset[HELD] = picture.src;
    picture.removeAttribute("src");
  }
}

/** @param {Document} page */
export function letCardsGoOn(page) {
  for (const picture of page.querySelectorAll("[data-cards] img[data-held]")) {
    if (!(picture instanceof HTMLImageElement)) continue;
    picture.src = picture.dataset[HELD] ?? "";
    delete picture.dataset[HELD];
  }
}
