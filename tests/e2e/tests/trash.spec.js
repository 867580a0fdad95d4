// The trash as somebody uses it: what lies there and for how long, taking it back, and letting go of it.
import { picture, text } from "../support/files.js";
import { choose, expectState, uploadAsAProgram } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("@playwright/test").Page} Page */

/** @param {Page} page */
const tiles = (page) => page.getByRole("list", { name: "Files in the trash" }).getByRole("listitem");

/**
 * @param {Page} page
 * @param {string[]} names
 */
async function select(page, ...names) {
  for (const name of names) await page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).check();
}

/**
 * Puts all of somebody's files into the trash, and goes there.
 * @param {Page} page
 * @param {number} count
 */
async function trashAll(page, count) {
  await page.goto("/");
  await expect(page.getByRole("list", { name: "Files", exact: true }).getByRole("link", { name: /txt$/ })).toHaveCount(
    count,
  );
  await page.keyboard.press("ControlOrMeta+a");
  await page.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(page.getByText(count === 1 ? "is in the trash." : `${count} files are in the trash.`)).toBeVisible();
  await page.goto("/trash");
  await expect(tiles(page).filter({ hasText: "Gone in 30 days" })).toHaveCount(count);
}

test("files are restored together or one after the other, and that is undone", async ({ home }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt"), text("3.txt")]);
  await trashAll(home, 3);
  const restore = home.getByRole("button", { name: "Restore", exact: true });
  await expect(restore).toBeHidden();
  await select(home, "1.txt", "2.txt");
  await expect(home.getByRole("status").getByText("2 selected")).toBeVisible();
  await restore.click();
  await expect(home.getByText("2 files are back.")).toBeVisible();
  await expect(tiles(home).filter({ hasText: "Gone in" })).toHaveCount(1);
  await expect(restore).toBeHidden();
  await select(home, "3.txt");
  await restore.click();
  await expect(home.getByText("“3.txt” is back.")).toBeVisible();
  await expect(home.getByText("The trash is empty.")).toBeVisible();
  await expect(home.getByRole("button", { name: "Empty trash" })).toBeHidden();
  await expect(home.getByRole("main")).toBeFocused();
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(tiles(home).filter({ hasText: "3.txt" })).toBeVisible();
  await expect(home.getByRole("button", { name: "Empty trash" })).toBeVisible();
});

test("the trash asks before it lets go, and names the number", async ({ home }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt"), text("3.txt"), text("4.txt")]);
  await trashAll(home, 4);
  await select(home, "1.txt", "2.txt");
  await home.getByRole("button", { name: "Delete forever", exact: true }).click();
  const question = home.getByRole("dialog", { name: "Delete 2 files forever?" });
  await expect(question.getByText("They cannot be brought back.")).toBeVisible();
  await question.getByRole("link", { name: "Keep" }).click();
  await expect(question).toBeHidden();
  await expect(home.getByText("2 selected"), "nothing has to be chosen again").toBeVisible();
  await home.getByRole("button", { name: "Delete forever", exact: true }).click();
  await question.getByRole("button", { name: "Delete forever" }).click();
  await expect(home.getByText("Deleted forever.")).toBeVisible();
  await expect(tiles(home).filter({ hasText: "Gone in" })).toHaveCount(2);
  await home.getByRole("button", { name: "Empty trash" }).click();
  await expect(question).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await home.getByRole("button", { name: "Empty trash" }).click();
  await question.getByRole("button", { name: "Delete forever" }).click();
  await expect(home.getByText("The trash is empty.")).toBeVisible();
});

test("the keyboard goes from file to file, selects, and asks before it deletes", async ({ home }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt")]);
  await trashAll(home, 2);
  await home.keyboard.press("ArrowRight");
  const boxes = home.getByRole("checkbox", { name: /^Select/ });
  await expect(boxes.first()).toBeFocused();
  await home.keyboard.press("Space");
  await expect(boxes.first()).toBeChecked();
  await home.keyboard.press("ArrowRight");
  await expect(boxes.nth(1)).toBeFocused();
  await home.keyboard.press("Escape");
  await expect(boxes.first()).not.toBeChecked();
  await home.keyboard.press("ControlOrMeta+a");
  await home.keyboard.press("Delete");
  await expect(home.getByRole("dialog", { name: "Delete 2 files forever?" })).toBeVisible();
});

test("a picture is seen in the trash, and a finger that taps selects it", async ({ open, person }) => {
  const page = await open(person, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await choose(page, picture("beach.png"));
  await expectState(page, "beach.png", "done");
  await uploadAsAProgram(page, [text("notes.txt")]);
  await page.goto("/");
  for (const name of ["beach.png", "notes.txt"]) {
    await page
      .getByRole("checkbox", { name: `Select ${name}` })
      .evaluate((box) => box instanceof HTMLElement && box.click());
  }
  await page.getByRole("button", { name: "Trash", exact: true }).tap();
  await expect(page.getByText("2 files are in the trash.")).toBeVisible();
  await page.goto("/trash");
  const tile = tiles(page).filter({ hasText: "beach.png" });
  const shown = tile.locator("img");
  await expect.poll(() => shown.evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth > 0)).toBe(true);
  await tile.tap();
  await expect(page.getByText("1 selected")).toBeVisible();
  await tiles(page).filter({ hasText: "notes.txt" }).tap();
  await expect(page.getByText("2 selected")).toBeVisible();
  await tile.tap();
  await expect(page.getByText("1 selected")).toBeVisible();
  for (const name of ["Clear the selection", "Select all", "Restore", "Delete forever"]) {
    const box = await page.getByRole("button", { name, exact: true }).boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0), `${name} is as large as a finger`).toBeGreaterThanOrEqual(44);
  }
});

test("a long trash goes on by itself, and stays as long when a file of it is restored", async ({ home }) => {
  const files = Array.from({ length: 60 }, (_, number) => text(`${String(number + 10)}.txt`));
  await uploadAsAProgram(home, files);
  await trashAll(home, 60);
  await select(home, "10.txt");
  await home.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(home.getByText("“10.txt” is back.")).toBeVisible();
  await expect(tiles(home).filter({ hasText: "Gone in" })).toHaveCount(59);
});
