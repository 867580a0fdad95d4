// Lets a person choose between light, dark, and what the system says, and remembers it in this browser.
// @ts-check
import { onContent } from "./content.js";

/** @param {Document} page */
export function startThemeSwitch(page) {
  onContent(page, () => show(page));
  page.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement) || !event.target.closest("[data-theme-switch]")) return;
    choose(page, event.target.value);
    show(page);
  });
}

/**
 * The menu has the choice, and so have the settings.
 * @param {Document} page
 */
function show(page) {
  const chosen = page.documentElement.dataset["theme"] ?? "";
  for (const choice of page.querySelectorAll("[data-theme-switch] input")) {
    if (choice instanceof HTMLInputElement) choice.checked = choice.value === chosen;
  }
}

/**
 * @param {Document} page
 * @param {string} theme
 */
function choose(page, theme) {
  if (theme) page.documentElement.dataset["theme"] = theme;
  else delete page.documentElement.dataset["theme"];
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // It holds for this page at least.
  }
}
