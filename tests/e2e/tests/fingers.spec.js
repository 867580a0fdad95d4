// The viewer and the gallery by fingers alone.
import { picture } from "../support/files.js";
import { card, expectToSee, uploadAsAProgram, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

test("a finger leads from file to file, opens and closes", async ({ open, person }) => {
  const page = await open(person, { hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });
  await uploadAsAProgram(page, [picture("1.png"), picture("2.png"), { ...picture("3.png"), folder: "Iceland" }]);
  await page.goto("/?sort=name");
  await card(page, "1.png").tap();
  await expectToSee(page, "1.png");
  await swipe(page, 300, 60);
  await expectToSee(page, "2.png");
  await swipe(page, 60, 300);
  await expectToSee(page, "1.png");
  // Down it takes the picture away, and back when that was not far.
  const preview = viewer(page).locator("[data-preview]");
  const lift = await drag(page, { x: 180, y: 300 }, { x: 180, y: 360 });
  await expect(preview).toHaveCSS("translate", "0px 60px");
  await lift();
  await expect(preview).toHaveCSS("translate", "none");
  await expectToSee(page, "1.png");
  await (
    await drag(page, { x: 180, y: 300 }, { x: 190, y: 460 })
  )();
  await expect(viewer(page)).toHaveCount(0);
  await card(page, "1.png").tap();
  await expectToSee(page, "1.png");
  await viewer(page).getByRole("link", { name: "Close" }).tap();
  await expect(viewer(page)).toHaveCount(0);
  // A finger that rests begins a selection.
  await press(card(page, "2.png"), "1 selected");
  await expect(page.getByRole("checkbox", { name: "Select 2.png" })).toBeChecked();
  await expect(viewer(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Trash", exact: true }).tap();
  await expect(page.getByText("“2.png” is in the trash.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).tap();
  await expect(card(page, "2.png")).toBeVisible();
  const folder = page.getByRole("list", { name: "Folders", exact: true }).getByRole("link", { name: "Iceland" });
  await press(folder, "1 folder selected");
  await expect(page.getByRole("checkbox", { name: "Select Iceland" })).toBeChecked();
  // A tap selects more, or fewer, while anything is selected.
  await card(page, "1.png").tap();
  await expect(page.getByText("1 file and 1 folder selected")).toBeVisible();
  await folder.tap();
  await expect(page.getByText("1 selected")).toBeVisible();
});

/**
 * @param {Page} page
 * @param {number} from
 * @param {number} to
 */
async function swipe(page, from, to) {
  const preview = viewer(page).locator("[data-preview]");
  const touch = (/** @type {number} */ x) => [{ identifier: 0, clientX: x, clientY: 300 }];
  await preview.dispatchEvent("touchstart", {
    touches: touch(from),
    changedTouches: touch(from),
    targetTouches: touch(from),
  });
  await preview.dispatchEvent("touchend", { touches: [], changedTouches: touch(to), targetTouches: [] });
}

/**
 * A finger as the browser itself feels it, which may take what it does for its own.
 * @param {Page} page
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @returns {Promise<() => Promise<unknown>>} lifts it
 */
async function drag(page, from, to) {
  const browser = await page.context().newCDPSession(page);
  const touch = (
    /** @type {"touchStart" | "touchMove" | "touchEnd"} */ type,
    /** @type {{x: number, y: number}[]} */ touchPoints,
  ) => browser.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [from]);
  for (const part of [0.2, 0.4, 0.6, 0.8, 1]) {
    const at = { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
    await touch("touchMove", [at]);
    // As a hand that is in no haste.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  return () => touch("touchEnd", []);
}

/**
 * @param {import("@playwright/test").Locator} place where a finger rests until something happens
 * @param {string} words that say so
 */
async function press(place, words) {
  await place.dispatchEvent("touchstart", { touches: [{ identifier: 0, clientX: 5, clientY: 5 }] });
  await expect(place.page().getByText(words)).toBeVisible();
  await place.dispatchEvent("touchend", { touches: [] });
  await place.dispatchEvent("click");
}
