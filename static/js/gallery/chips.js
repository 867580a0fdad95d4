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
  // A list brings chips of its own. What was chosen is done with; another chip, opened while the list was on its way, stays.
  /** @type {OpenChip | null} */
  let kept = null;
  page.addEventListener("htmx:beforeSwap", () => {
    const open = openChip(page);
    kept = open?.name === chosen ? null : open;
  });
  page.addEventListener("htmx:afterSettle", () => {
    if (page.querySelector('[data-shows-chips][aria-expanded="true"]')) show(page, true);
    if (kept) reopen(page, kept);
    if (chosen && page.activeElement === page.body) chipNamed(page, chosen)?.focus();
    chosen = "";
    kept = null;
  });
}

/** @typedef {{ name: string, typed: Map<string, string>, focused: string }} OpenChip */

/**
 * @param {Document} page
 * @returns {OpenChip | null}
 */
function openChip(page) {
  const chip = page.querySelector("details.chip[open]");
  const name = chip?.getAttribute("data-chip");
  if (!chip || !name) return null;
  const fields = [...chip.querySelectorAll("input")].filter((field) => field.type !== "radio");
  const written = fields.filter((field) => field.value !== field.defaultValue);
  const focused = page.activeElement instanceof HTMLInputElement ? page.activeElement : null;
  return {
    name,
    typed: new Map(written.map((field) => [field.name, field.value])),
    focused: focused && chip.contains(focused) ? focused.name : "",
  };
}

/**
 * @param {Document} page
 * @param {OpenChip} chip
 */
function reopen(page, { name, typed, focused }) {
  const chip = page.querySelector(`[data-chip="${name}"]`);
  chip?.setAttribute("open", "");
  for (const field of chip?.querySelectorAll("input") ?? []) {
    const words = typed.get(field.name);
    if (words !== undefined) field.value = words;
    if (field.name === focused && (field.type !== "radio" || field.checked)) field.focus();
  }
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
