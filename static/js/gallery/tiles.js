// The tiles of folders, compared with fresh ones: as many as there were; what is in both stays as it is, with its focus and its check.
// @ts-check
import { htmx } from "../page/htmx_types.js";
import { askFor } from "./parts.js";

const LIST = "[data-folder-tiles]";

/**
 * @param {Element} old on the page
 * @param {Element} fresh
 */
export async function renewFolders(old, fresh) {
  await goOn(fresh, old.querySelectorAll(`${LIST} > [data-folder]`).length);
  if (!old.isConnected) return;
  const [tiles, wanted] = [old.querySelector(LIST), fresh.querySelector(LIST)];
  if (tiles && wanted) merge(tiles, [...wanted.children]);
  else {
    old.replaceWith(fresh);
    htmx.process(fresh);
  }
}

/**
 * Somebody may have asked for more of them than come at once.
 * @param {Element} fresh
 * @param {number} count
 */
async function goOn(fresh, count) {
  let more = fresh.querySelector("[data-more-folders]");
  while (more && fresh.querySelectorAll(`${LIST} > [data-folder]`).length < count) {
    const found = await askFor(more.querySelector("a")?.getAttribute("href") ?? "");
    if (!found) return;
    more.replaceWith(...found.querySelectorAll(`${LIST} > *`));
    more = fresh.querySelector("[data-more-folders]");
  }
}

/**
 * @param {Element} tiles
 * @param {Element[]} wanted
 */
function merge(tiles, wanted) {
  const known = new Map([...tiles.children].map((tile) => [keyOf(tile), tile]));
  const keys = new Set(wanted.map(keyOf));
  for (const [key, tile] of known) if (!keys.has(key)) tile.remove();
  let place = tiles.firstElementChild;
  for (const tile of wanted) {
    const old = known.get(keyOf(tile)) ?? null;
    const kept = old?.isEqualNode(tile) ? old : tile;
    if (old && kept !== old) {
      if (old === place) place = kept;
      stepIn(old, kept);
    }
    if (kept === place) place = place.nextElementSibling;
    else tiles.insertBefore(kept, place);
    if (kept === tile) htmx.process(kept);
  }
}

/**
 * In the place of one that says something else by now.
 * @param {Element} old
 * @param {Element} fresh
 */
function stepIn(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const [box, other] = [old.querySelector("input"), fresh.querySelector("input")];
  if (box && other) other.checked = box.checked;
  old.replaceWith(fresh);
  const kind = [".folder-link", "[data-folder-menu]", "input"].find((selector) => focused?.matches(selector));
  const heir = kind ? fresh.querySelector(kind) : null;
  if (heir instanceof HTMLElement) heir.focus();
}

/** @param {Element} tile a folder's, or the way to more of them */
function keyOf(tile) {
  return tile.getAttribute("data-folder") ?? "";
}
