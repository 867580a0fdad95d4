// What is known of the file that is looked at, beside it: stays open from file to file, for as long as this tab lives.
// @ts-check

const OPEN = "cloakroom-details";

/** @param {Document} page */
export function startDetails(page) {
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-viewer-details]") : null;
    const viewer = button?.closest("[data-viewer]");
    if (!viewer) return;
    const isOpen = viewer.querySelector(".viewer-details")?.hasAttribute("hidden") ?? false;
    remember(isOpen);
    showDetails(viewer);
    const head = viewer.querySelector(".viewer-head [data-viewer-details]");
    if (!isOpen && head instanceof HTMLElement) head.focus();
  });
  for (const viewer of page.querySelectorAll("main > [data-viewer]")) showDetails(viewer);
}

/** @param {Element} viewer */
export function showDetails(viewer) {
  const isOpen = isRemembered();
  viewer.querySelector(".viewer-details")?.toggleAttribute("hidden", !isOpen);
  viewer.querySelector(".viewer-head [data-viewer-details]")?.setAttribute("aria-expanded", String(isOpen));
}

function isRemembered() {
  try {
    return sessionStorage.getItem(OPEN) !== null;
  } catch {
    return false;
  }
}

/** @param {boolean} isOpen */
function remember(isOpen) {
  try {
    if (isOpen) sessionStorage.setItem(OPEN, "yes");
    else sessionStorage.removeItem(OPEN);
  } catch {
    // It holds for no other file.
  }
}
