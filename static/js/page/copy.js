// Copies a link or a token to the clipboard and says so.
// @ts-check

/**
 * For the buttons that are on the page.
 * @param {Document} page
 */
export function begin(page) {
  for (const button of page.querySelectorAll("[data-copy-button]")) {
    if (!(button instanceof HTMLElement) || !button.hidden) continue;
    button.hidden = false;
    button.addEventListener("click", (event) => copy(page, button, event));
  }
}

/**
 * @param {Document} page
 * @param {HTMLElement} button
 * @param {Event} event
 */
function copy(page, button, event) {
  const source = button.closest("[data-copy]")?.querySelector("[data-copy-source]");
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
}
