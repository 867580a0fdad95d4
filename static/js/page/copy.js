// Copies a link or a token to the clipboard and says so. Loaded where there is one.
// @ts-check
import { onContent } from "./content.js";

/** @param {Document} page */
export function startCopying(page) {
  onContent(page, () => {
    for (const button of page.querySelectorAll("[data-copy-button]")) {
      if (button instanceof HTMLElement) button.hidden = false;
    }
  });
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy-button]") : null;
    const source = button?.closest("[data-copy]")?.querySelector("[data-copy-source]");
    if (!(source instanceof HTMLInputElement)) return;
    event.preventDefault();
    source.select();
    navigator.clipboard
      .writeText(source.value)
      .then(() => {
        const said = page.querySelector("[data-copied]");
        if (said instanceof HTMLElement) said.textContent = said.dataset["copiedWords"] ?? "";
      })
      .catch(() => source.focus());
  });
}
