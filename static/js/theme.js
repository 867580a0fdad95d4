// Applies the chosen appearance before anything is drawn, to the page and to the window around it. Without a choice the system's own
// holds.
// @ts-check
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  } catch {
    // A browser that keeps nothing follows the system.
  }
  /** @type {HTMLMetaElement[]} one for each appearance of the system */
  const around = [...document.querySelectorAll("meta[name=theme-color][data-theme-of]")].filter(
    (meta) => meta instanceof HTMLMetaElement,
  );
  const own = new Map(around.map((meta) => [meta.dataset["themeOf"], meta.content]));
  const colour = () => {
    for (const meta of around) meta.content = own.get(root.dataset["theme"] ?? meta.dataset["themeOf"]) ?? meta.content;
  };
  colour();
  // Whoever chooses another one says so there.
  new MutationObserver(colour).observe(root, {
    attributeFilter: ["data-theme"],
  });
})();
