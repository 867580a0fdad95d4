// Shows what is typed as a password, for as long as somebody wants to see it.
// @ts-check

/** @param {Document} page */
export function startEyes(page) {
  page.addEventListener("click", (event) => {
    const eye = event.target instanceof Element ? event.target.closest("[data-eye]") : null;
    const field = eye?.parentElement?.querySelector("input");
    if (!eye || !field) return;
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    eye.setAttribute("aria-pressed", String(isShown));
  });
}
