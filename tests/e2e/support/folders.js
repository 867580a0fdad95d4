// Folders, as a person makes them.
import { expect } from "./test.js";

/**
 * Makes a folder where the page is, and waits until it is there.
 * @param {import("./test.js").Page} page
 * @param {string} name
 * @returns {Promise<string>} where it is
 */
export async function makeFolder(page, name) {
  await page.getByRole("link", { name: "New folder" }).click();
  const form = page.getByRole("dialog", { name: "New folder" });
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Make folder" }).click();
  await expect(page.getByText(`“${name}” is made.`)).toBeVisible();
  const tile = page.getByRole("list", { name: "Folders", exact: true }).getByRole("link", { name, exact: true });
  await expect(tile).toBeVisible();
  return (await tile.getAttribute("href")) ?? "";
}
