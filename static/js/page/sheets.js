// A menu that is a sheet over a phone's page: a tap beside it closes it, and does nothing else.
// @ts-check

/** @param {Document} page */
export function startSheets(page) {
  let isBeside = false;
  page.addEventListener(
    "pointerdown",
    ({ target }) => {
      const sheet = page.querySelector(".menu:popover-open");
      isBeside = sheet !== null && isSheet(sheet) && !(target instanceof Node && sheet.contains(target));
    },
    true,
  );
  page.addEventListener(
    "click",
    (event) => {
      if (!isBeside || event.detail === 0) return;
      isBeside = false;
      event.preventDefault();
      event.stopImmediatePropagation();
      // What opened it is not beside it for a browser.
      const sheet = page.querySelector(".menu:popover-open");
      if (sheet instanceof HTMLElement) sheet.hidePopover();
    },
    true,
  );
}

/** @param {Element} menu */
function isSheet(menu) {
  // The page behind it is shaded: `floating.css`.
  return getComputedStyle(menu, "::backdrop").backgroundColor !== "rgba(0, 0, 0, 0)";
}
