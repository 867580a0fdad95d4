// Pictures as cameras write them, made once; and what is seen of a thumbnail.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @typedef {import("@playwright/test").Page} Page
 * @typedef {import("./files.js").Upload} Upload
 */

/** What draws them, with Pillow: see `tests/clients/venv.txt`. */
const PYTHON = new URL("../../../target/venv/bin/python", import.meta.url).pathname;
const MAKER = new URL("pictures.py", import.meta.url).pathname;
/** @type {Record<string, string>} */
const TYPES = { jpg: "image/jpeg", png: "image/png", gif: "image/gif", webp: "image/webp", avif: "image/avif" };

let folder = "";

/**
 * @param {string} name as `pictures.py` calls it
 * @returns {Upload}
 */
export function photograph(name) {
  if (folder === "") {
    folder = mkdtempSync(join(tmpdir(), "cloakroom-pictures."));
    process.on("exit", () => execFileSync("rm", ["-r", folder]));
    execFileSync(PYTHON, [MAKER, folder]);
  }
  const mimeType = TYPES[name.split(".").at(-1) ?? ""] ?? "image/heic";
  return { name, mimeType, buffer: readFileSync(join(folder, name)) };
}

/**
 * The address of the thumbnail in a file's card.
 * @param {Page} page
 * @param {string} name
 */
export function thumbnail(page, name) {
  const card = page.getByRole("list", { name: "Files", exact: true }).getByRole("listitem").filter({ hasText: name });
  return card.locator("img");
}

/**
 * How large a thumbnail is, what it weighs and is, and which colour is in its corners: of four those that are nearest.
 * @param {Page} page
 * @param {string} name
 */
export async function seen(page, name) {
  const url = (await thumbnail(page, name).getAttribute("src")) ?? "";
  return page.evaluate(async (address) => {
    // The page's own picture of it came without what scripts need to read it.
    const blob = await (await fetch(address, { cache: "no-store" })).blob();
    const picture = await createImageBitmap(blob);
    const { width, height } = picture;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context?.drawImage(picture, 0, 0);
    const pixels = context?.getImageData(0, 0, width, height).data;
    const colour = (/** @type {number} */ x, /** @type {number} */ y) => {
      const [red = 0, green = 0, blue = 0] = pixels?.subarray(4 * (y * width + x)) ?? [];
      if (red > 170 && green > 170 && blue > 170) return "white";
      return red > green && red > blue ? "red" : green > blue ? "green" : "blue";
    };
    const corners = [colour(9, 9), colour(width - 9, 9), colour(9, height - 9), colour(width - 9, height - 9)];
    return { width, height, type: blob.type, size: blob.size, corners: corners.join(" ") };
  }, url);
}
