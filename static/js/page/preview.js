// What a file's content needs besides HTML: text is read from the store, and a picture covers its thumbnail.
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
