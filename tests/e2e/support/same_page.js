// Whether pages that a person goes to are still one document, and what is held back meanwhile.
import { expect } from "@playwright/test";

/** @typedef {import("@playwright/test").Page} Page */

/**
 * A page that is loaded again forgets this.
 * @param {Page} page
 */
export async function mark(page) {
  await page.evaluate(() => {
    document.body.dataset["seen"] = "yes";
  });
}

/** @param {Page} page */
export async function expectSamePage(page) {
  expect(await page.evaluate(() => document.body.dataset["seen"])).toBe("yes");
}

/**
 * @param {Page} page
 * @param {string} name
 */
export async function expectHeading(page, name) {
  await expect(page.getByRole("heading", { name, level: 1, exact: true })).toBeVisible();
}

/**
 * Lets nothing through to the store until it is opened.
 * @param {Page} page
 * @param {string} origin
 */
export async function holdStore(page, origin) {
  let open = () => {};
  const gate = new Promise((resolve) => {
    open = () => resolve(undefined);
  });
  await page.route(`${origin}/**`, async (route) => {
    if (route.request().method() === "PUT") await gate;
    await route.continue();
  });
  return open;
}
