// Selecting all that a list finds, also what is not on the page: the form says so, and the server finds them again.
// @ts-check

/** @param {Document} page */
function foundOf(page) {
  const listing = page.getElementById("listing");
  const { total, found } = listing?.dataset ?? {};
  // An empty field is as good as none.
  return total && found !== undefined ? { total, query: found.split("?")[1] ?? "sort=newest" } : null;
}

/**
 * Of another list than the one that is shown it says nothing.
 * @param {Document} page
 */
export function isAllFound(page) {
  const field = fieldIn(page);
  return field !== null && field.value === foundOf(page)?.query;
}

/**
 * The query of all that is selected; null: what is ticked alone is.
 * @param {Document} page
 */
export function allFoundOf(page) {
  return isAllFound(page) ? (fieldIn(page)?.value ?? null) : null;
}

/**
 * How many are selected, in words.
 * @param {Document} page
 * @param {number} ticked
 */
export function selectedInWords(page, ticked) {
  return (isAllFound(page) && foundOf(page)?.total) || String(ticked);
}

/**
 * All that the list of the page finds, or what is ticked alone.
 * @param {Document} page
 * @param {boolean} isAll
 */
export function chooseAllFound(page, isAll) {
  const form = page.getElementById("selection");
  const found = isAll ? foundOf(page) : null;
  fieldIn(page)?.remove();
  if (!form || !found) return;
  form.append(Object.assign(page.createElement("input"), { type: "hidden", name: "found", value: found.query }));
}

/**
 * Offers it where there is more than is shown, all of which is selected.
 * @param {Document} page
 * @param {boolean} areAllShown
 */
export function offerAllFound(page, areAllShown) {
  const button = page.querySelector("[data-select-found]");
  const [found, isAll] = [foundOf(page), isAllFound(page)];
  if (!(button instanceof HTMLElement)) return;
  button.hidden = !found || !areAllShown || isAll;
  button.textContent = (button.dataset["words"] ?? "").replace("{count}", found?.total ?? "");
}

/**
 * @param {Document} page
 * @returns {HTMLInputElement | null}
 */
function fieldIn(page) {
  return page.querySelector('#selection input[name="found"]');
}
