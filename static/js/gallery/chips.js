// The chips that narrow a list down: shown when they are wanted, and one of them open at a time.
// @ts-check
import { detailOf } from "../page/htmx_types.js";

/** @param {Document} page */
export function startChips(page) {
  /** The chip whose choice the list is asked for with, and which of its fields that is. */
  let chosen = "";
  let field = "";
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
  page.addEventListener("change", ({ target }) => {
    chosen = (target instanceof Element && target.closest("[data-chip]")?.getAttribute("data-chip")) || "";
    field = target instanceof HTMLInputElement ? target.name : "";
  });
  // A list brings chips of its own. What was chosen is done with; where somebody is by now stays open.
  /** @type {OpenChip | null} */
  let kept = null;
  page.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, shouldSwap } = detailOf(event);
    const open = shouldSwap && requestConfig.elt.matches("[data-filter]") ? openChip(page) : null;
    const isDone = open?.name === chosen && ["", field].includes(open.focused);
    kept = isDone ? null : open;
    // A browser takes what goes with words in it for chosen.
    for (const input of kept?.written ?? []) input.value = input.defaultValue;
  });
  page.addEventListener("htmx:afterSettle", () => {
    if (page.querySelector('[data-shows-chips][aria-expanded="true"]')) show(page, true);
    if (kept) reopen(page, kept);
    if (chosen && page.activeElement === page.body) chipNamed(page, chosen)?.focus();
    chosen = "";
    kept = null;
  });
}

/** @typedef {{ name: string, written: HTMLInputElement[], typed: Map<string, string>, focused: string }} OpenChip */

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
    written,
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
    if (words !== undefined) write(field, words);
    if (field.name === focused && (field.type !== "radio" || field.checked)) field.focus();
  }
}

/**
 * A browser does not know that these words are somebody's, so that they are not chosen by going on from them.
 * @param {HTMLInputElement} field
 * @param {string} words
 */
function write(field, words) {
  field.value = words;
  const choose = () => {
    if (field.value === words && field.isConnected) field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  field.addEventListener("blur", choose, { once: true });
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
