// Applies the chosen appearance before anything is drawn. Without a choice the system's own holds.
// @ts-check
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
  } catch {
    // A browser that keeps nothing follows the system.
  }
})();
