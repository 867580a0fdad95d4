// Lets a person choose between light, dark, and what the system says, and remembers it in this browser.
// @ts-check

/** @param {Document} page */
export function startThemeSwitch(page) {
  const field = page.querySelector("[data-theme-switch]");
  if (!field) return;
  const chosen = page.documentElement.dataset["theme"] ?? "";
  for (const choice of field.querySelectorAll("input")) choice.checked = choice.value === chosen;
  field.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement) choose(page, event.target.value);
  });
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
