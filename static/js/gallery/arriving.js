// A picture that arrives in a tile fades in, and one that does not leaves the sign of its kind, and its name.
// @ts-check
import { onContent } from "../page/content.js";

const PICTURES = "[data-cards] .thumb img";
/** What is there sooner came from the browser itself, or as good as; milliseconds. */
const AT_ONCE = 60;
const CALM = 200;

/** @param {Document} page */
export function startArriving(page) {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  onContent(page, () => {
    for (const picture of page.querySelectorAll(PICTURES)) if (isBroken(picture)) giveUp(page, picture);
  });
  // Neither bubbles.
  page.addEventListener(
    "load",
    ({ target }) => {
      if (!(target instanceof HTMLImageElement) || !target.matches(PICTURES)) return;
      if (!isStill.matches && took(target) > AT_ONCE) target.animate({ opacity: [0, 1] }, CALM);
    },
    true,
  );
  page.addEventListener(
    "error",
    ({ target }) => {
      if (target instanceof HTMLImageElement && target.matches(PICTURES)) giveUp(page, target);
    },
    true,
  );
  // Browsers note the first 250 alone, unless they are told to forget.
  performance.addEventListener("resourcetimingbufferfull", () => performance.clearResourceTimings());
}

/**
 * It may have come to nothing before anybody listened.
 * @param {Element} picture
 */
function isBroken(picture) {
  const isHere = picture instanceof HTMLImageElement && picture.complete && picture.src !== "";
  return isHere && picture.naturalWidth === 0;
}

/** @param {HTMLImageElement} picture */
function took({ src }) {
  return performance.getEntriesByName(src, "resource").at(-1)?.duration ?? 0;
}

/**
 * @param {Document} page
 * @param {Element} picture
 */
function giveUp(page, picture) {
  const sheet = picture.closest(".page");
  if (sheet) return sheet.remove();
  const [place, card] = [picture.closest(".thumb"), picture.closest(".card")];
  const sign = page.querySelector("template[data-broken]");
  // A row says what it is beside its picture.
  if (!card || !place || !(sign instanceof HTMLTemplateElement)) return picture.remove();
  const broken = page.createElement("span");
  broken.className = "broken";
  const name = page.createElement("span");
  Object.assign(name, { className: "card-name", textContent: card.querySelector(".card-name")?.textContent ?? "" });
  const icons = [...sign.content.children].map((icon) => page.importNode(icon, true));
  broken.append(icons[card.querySelector(".film-mark") ? 1 : 0] ?? "", name);
  place.className = "thumb";
  place.replaceChildren(broken);
}
