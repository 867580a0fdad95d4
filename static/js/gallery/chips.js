// The chips that narrow a list down: shown when they are wanted, and one of them open at a time.
// @ts-check

/** @param {Document} page */
export function startChips(page) {
  /** The chip whose choice the list is asked for with. */
  let chosen = "";
  page.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest("[data-shows-chips]");
    if (opener) show(page, opener.getAttribute("aria-expanded") !== "true");
    for (const chip of page.querySelectorAll("details.chip[open]")) {
      if (!target || !chip.contains(target)) chip.removeAttribute("open");
    }
  });
  page.addEventListener("keydown", (event) => {
    const chip = event.key === "Escape" ? page.querySelector("details.chip[open]") : null;
    if (!chip) return;
    event.preventDefault();
    chip.removeAttribute("open");
    chip.querySelector("summary")?.focus();
  });
  page.addEventListener("change", (event) => {
    chosen = (event.target instanceof Element && event.target.closest("[data-chip]")?.getAttribute("data-chip")) || "";
  });
  // The list came with chips of its own.
  page.addEventListener("htmx:afterSettle", () => {
    if (page.querySelector('[data-shows-chips][aria-expanded="true"]')) show(page, true);
    if (chosen && page.activeElement === page.body) chipNamed(page, chosen)?.focus();
    chosen = "";
  });
}

/**
 * @param {Document} page
 * @param {boolean} isShown
 */
function show(page, isShown) {
  page.querySelector("[data-chips]")?.classList.toggle("is-shown", isShown);
  page.querySelector("[data-shows-chips]")?.setAttribute("aria-expanded", String(isShown));
}

/**
 * @param {Document} page
 * @param {string} name
 */
function chipNamed(page, name) {
  const summary = page.querySelector(`[data-chip="${name}"] summary`);
  return summary instanceof HTMLElement ? summary : null;
}
