// Selecting files and what is done with them, with the mouse and with the keyboard alone.
import { picture, text } from "../support/files.js";
import { box, card, uploadAsAProgram, viewer } from "../support/gallery.js";
import { expect, signOut, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

const NAMES = ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt"];

test("files are selected by boxes, by ranges, with Ctrl, by Shift and arrows, and all at once", async ({ home }) => {
  await fill(home);
  await card(home, "1.txt").hover();
  await box(home, "1.txt").check();
  await expectSelected(home, "1.txt");
  await card(home, "4.txt").click({ modifiers: ["Shift"] });
  await expectSelected(home, "1.txt", "2.txt", "3.txt", "4.txt");
  await card(home, "2.txt").click({ modifiers: ["ControlOrMeta"] });
  await expectSelected(home, "1.txt", "3.txt", "4.txt");
  // While something is selected, a click selects more.
  await card(home, "5.txt").click();
  await expectSelected(home, "1.txt", "3.txt", "4.txt", "5.txt");
  await home.getByRole("button", { name: "Select all" }).click();
  await expectSelected(home, ...NAMES);
  await home.keyboard.press("Escape");
  await expectSelected(home);
  await expect(home.getByRole("button", { name: "Trash", exact: true })).toBeHidden();
  await card(home, "5.txt").click();
  await expect(viewer(home)).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(card(home, "5.txt")).toBeFocused();
  // From where it began, and back.
  await home.keyboard.press("Shift+ArrowLeft");
  await home.keyboard.press("Shift+ArrowLeft");
  await expectSelected(home, "3.txt", "4.txt", "5.txt");
  await home.keyboard.press("Shift+ArrowRight");
  await expectSelected(home, "4.txt", "5.txt");
  await home.keyboard.press("ArrowLeft");
  await expectSelected(home, "4.txt", "5.txt");
});

test("many files go to the trash at once, and Undo brings them back, without a reload", async ({ home }) => {
  await fill(home);
  await home.evaluate(() => {
    document.body.dataset["seen"] = "yes";
  });
  await box(home, "2.txt").check();
  await box(home, "4.txt").check();
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByRole("status").getByText("2 files are in the trash.")).toBeVisible();
  await expectListed(home, "1.txt", "3.txt", "5.txt");
  await expect(home.getByText("3 files", { exact: true })).toBeVisible();
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(home.getByRole("status").getByText("2 files are back.")).toBeVisible();
  await expectListed(home, ...NAMES);
  // And Undo of that, as well.
  await home.getByRole("button", { name: "Undo" }).click();
  await expectListed(home, "1.txt", "3.txt", "5.txt");
  expect(await home.evaluate(() => document.body.dataset["seen"])).toBe("yes");
});

test("the keyboard alone is enough, from the door and back to it", async ({ page, person }) => {
  await page.goto("/sign-in");
  await expect(page.getByLabel("Email")).toBeFocused();
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
  // Before the key, so that the browser has heard that a test chooses by then.
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, page.getByLabel("Choose files"));
  await page.keyboard.press("Space");
  await (await chooser).setFiles([picture("1.png"), picture("2.png"), picture("3.png")]);
  for (const name of ["1.png", "2.png", "3.png"]) await expect(card(page, name)).toBeVisible();

  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search files" })).toBeFocused();
  // A number alone would be that of a ticket too.
  await page.keyboard.type("2.");
  await expect(page).toHaveURL("/?name=2.");
  await expect(card(page, "1.png")).toHaveCount(0);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await expect(page).toHaveURL("/");
  await expect(card(page, "1.png")).toBeVisible();

  await tabTo(page, page.getByRole("list", { name: "Files", exact: true }).getByRole("link").first());
  await page.keyboard.press("ArrowRight");
  const second = page.getByRole("list", { name: "Files", exact: true }).getByRole("link").nth(1);
  await expect(second).toBeFocused();
  const name = (await second.getAttribute("aria-label")) ?? "";
  await page.keyboard.press("Enter");
  await expect(viewer(page).getByRole("heading", { name: name.trim() })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(second).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+Space");
  await expect(page.getByText("2 selected")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+a");
  await expect(page.getByText("3 selected")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(keys).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("status").getByText("is in the trash.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Files", exact: true }).getByRole("link")).toHaveCount(2);
  await shiftTabTo(page, page.getByRole("button", { name: "Undo" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Files", exact: true }).getByRole("link")).toHaveCount(3);
  await shiftTabTo(page, page.getByRole("button", { name: person.name }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the appearance is chosen, and remembered", async ({ home, person }) => {
  const ground = () => home.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await home.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  await home.getByRole("button", { name: person.name }).click();
  await home.getByRole("radio", { name: "Dark" }).check();
  expect(await ground()).not.toBe(light);
  const dark = await ground();
  await home.reload();
  expect(await ground()).toBe(dark);
  await home.getByRole("button", { name: person.name }).click();
  await expect(home.getByRole("radio", { name: "Dark" })).toBeChecked();
  await home.getByRole("radio", { name: "System" }).check();
  expect(await ground()).toBe(light);
  await home.keyboard.press("Escape");
  await signOut(home, person);
});

/** @param {Page} page */
async function fill(page) {
  for (const name of NAMES) await uploadAsAProgram(page, [text(name)]);
  await page.goto("/?sort=name");
}

/**
 * @param {Page} page
 * @param {...string} names
 */
async function expectSelected(page, ...names) {
  for (const name of NAMES) await expect(box(page, name)).toBeChecked({ checked: names.includes(name) });
  if (names.length > 0) await expect(page.getByText(`${names.length} selected`)).toBeVisible();
}

/**
 * @param {Page} page
 * @param {...string} names
 */
async function expectListed(page, ...names) {
  await expect(page.getByRole("list", { name: "Files", exact: true }).locator(".card-name")).toHaveText(names);
}

/**
 * @param {Page} page
 * @param {import("../support/test.js").Locator} target
 * @param {string} key
 */
async function tabTo(page, target, key = "Tab") {
  await target.waitFor();
  for (let stops = 0; stops < 60; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(target).toBeFocused();
}

/**
 * @param {Page} page
 * @param {import("../support/test.js").Locator} target
 */
async function shiftTabTo(page, target) {
  await tabTo(page, target, "Shift+Tab");
}

test("the right button says what can be done with a file, and does it", async ({ home }) => {
  await uploadAsAProgram(home, [text("one.txt"), text("two.txt")]);
  await home.reload();
  await card(home, "one.txt").click({ button: "right" });
  const menu = home.locator("#card-menu");
  await expect(menu.getByText("one.txt")).toBeVisible();
  await expect(menu.getByRole("button", { name: "Open" })).toBeFocused();
  await home.keyboard.press("ArrowDown");
  await home.keyboard.press("Enter");
  await expect(home.getByText("1 selected")).toBeVisible();
  await expect(menu).toBeHidden();
  // Of what is selected, all are meant.
  await home.getByRole("checkbox", { name: "Select two.txt" }).check();
  await card(home, "two.txt").click({ button: "right" });
  await expect(menu.getByText("2 files")).toBeVisible();
  await expect(menu.getByRole("button", { name: "Open" })).toBeHidden();
  await menu.getByRole("button", { name: "Trash" }).click();
  await expect(home.getByText("2 files are in the trash.")).toBeVisible();
  await expect(card(home, "two.txt")).toHaveCount(0);
  await home.getByRole("button", { name: "Undo" }).click();
  await card(home, "two.txt").click({ button: "right" });
  await menu.getByRole("link", { name: "Details and rename" }).click();
  await expect(home.getByRole("heading", { name: "two.txt", level: 1 })).toBeVisible();
});

test("a menu does what it says with a file that came anew while it was open", async ({ home }) => {
  await uploadAsAProgram(home, [text("one.txt")]);
  await home.reload();
  let arrive = () => {};
  const gate = new Promise((resolve) => (arrive = () => resolve(undefined)));
  await home.route("/", async (route) => {
    await gate;
    await route.continue();
  });
  await card(home, "one.txt").focus();
  await home.keyboard.press("f");
  await expect(home.getByText("“one.txt” is among your favourites.")).toBeVisible();
  await card(home, "one.txt").click({ button: "right" });
  arrive();
  await expect(home.locator("[data-starred]")).toHaveCount(1);
  await home.locator("#card-menu").getByRole("button", { name: "Rename" }).click();
  await expect(home.getByRole("dialog", { name: "Rename" })).toBeVisible();
});

test("names are shown at rest when they are wanted, also on the next page", async ({ home }) => {
  await uploadAsAProgram(home, [picture("beach.png")]);
  await home.reload();
  const foot = home.locator(".card-foot").filter({ hasText: "beach.png" });
  const names = home.getByRole("checkbox", { name: "Show names" });
  await home.mouse.move(0, 0);
  await expect(foot).toHaveCSS("opacity", "0");
  await names.check();
  await home.mouse.move(0, 0);
  await expect(foot).toHaveCSS("opacity", "1");
  await home.reload();
  await expect(names).toBeChecked();
  await expect(foot).toHaveCSS("opacity", "1");
  await names.uncheck();
  await home.mouse.move(0, 0);
  await expect(foot).toHaveCSS("opacity", "0");
});
