// Selecting all that a list finds, also what is not on the page: the form says so, and the server finds them again.
// @ts-check

/** @param {Document} page */
export function foundOf(page) {
  const listing = page.getElementById("listing");
  const { total, list } = listing?.dataset ?? {};
  return total && list !== undefined ? { total, query: list.split("?")[1] ?? "" } : null;
}

/** @param {Document} page */
export function isAllFound(page) {
  return fieldIn(page) !== null;
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
  const field = Object.assign(page.createElement("input"), { type: "hidden", name: "found" });
  // An empty field is as good as none.
  field.value = found.query || "sort=newest";
  form.append(field);
}

/**
 * Offers it where there is more than is shown, all of which is selected.
 * @param {Document} page
 * @param {boolean} areAllShown
 */
export function offerAllFound(page, areAllShown) {
  const button = page.querySelector("[data-select-found]");
  const found = foundOf(page);
  if (!(button instanceof HTMLElement)) return;
  button.hidden = !found || !areAllShown || isAllFound(page);
  button.textContent = (button.dataset["words"] ?? "").replace("{count}", found?.total ?? "");
}

/** @param {Document} page */
function fieldIn(page) {
  return page.querySelector('#selection input[name="found"]');
}
