// Looks for pictures without a thumbnail, and has their thumbnails made if there are any.
// @ts-check
import { onContent } from "../page/content.js";
import { savesData } from "../page/save_data.js";

/**
 * @param {Document} page
 * @param {import("./without_thumbnail.js").Sight | undefined} sight
 * @param {() => boolean} isBusy
 */
export function startCatchingUp(page, sight, isBusy) {
  /** @type {Promise<import("./without_thumbnail.js").WithoutThumbnail | null> | undefined} */
  let loading;
  const look = async () => {
    if (!sight || savesData() || !page.querySelector("[data-without-thumbnail]")) return;
    loading ??= import("./without_thumbnail.js")
      .then(({ WithoutThumbnail }) => new WithoutThumbnail(page, sight, isBusy))
      .catch(() => {
        loading = undefined;
        return null;
      });
    (await loading)?.look();
  };
  onContent(page, () => void look());
  page.addEventListener("cloakroom:listed", () => void look());
  page.addEventListener("htmx:afterSettle", () => void look());
}
