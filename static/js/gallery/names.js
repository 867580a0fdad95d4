// Whether names stand on pictures at rest: kept in a cookie, so that the next page begins so.
// @ts-check
import { onContent } from "../page/content.js";

/** Read by `src/files/pages/gallery.rs`. */
const COOKIE = "cloakroom_names";
const A_YEAR = 365 * 24 * 3600;

/** @param {Document} page */
export function startNames(page) {
  const show = () => {
    const choice = page.querySelector("[data-shows-names]");
    if (choice instanceof HTMLInputElement) {
      page.querySelector("[data-gallery]")?.classList.toggle("has-names", choice.checked);
    }
  };
  page.addEventListener("change", (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || !target.matches("[data-shows-names]")) return;
    const age = target.checked ? A_YEAR : 0;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    page.cookie = `${COOKIE}=yes; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    show();
  });
  // A list that was narrowed down came with the names that its page was told of.
  page.addEventListener("htmx:afterSettle", show);
  onContent(page, show);
}
