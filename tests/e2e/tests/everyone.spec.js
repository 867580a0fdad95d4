// Pages for everyone: without JavaScript, on a small screen, by the keyboard alone.
import { picture, text } from "../support/files.js";
import { card, expectState, uploadAndOpen, uploadAsAProgram } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

const LONG = `${"unbreakable".repeat(12)}.png`;

test("pages work without JavaScript, and uploading says that it needs it", async ({ open, createPerson, person }) => {
  const page = await open(person, { javaScriptEnabled: false });
  // Playwright's own words for finding things pass over noscript.
  await expect(page.locator("noscript p")).toBeVisible();
  await expect(page.locator("noscript p")).toHaveText(/^Uploading needs JavaScript/);
  await expect(page.getByText("Choose files", { exact: true })).toBeHidden();
  await uploadAsAProgram(page, [picture("beach 1.png"), ...Array.from({ length: 48 }, (_, number) => text(`note ${number}.txt`))]);
  await page.getByRole("link", { name: "Files", exact: true }).click();
  await page.getByRole("link", { name: "More" }).click();
  await card(page, "beach 1.png").click();
  await expect(page.getByRole("heading", { name: "beach 1.png" })).toBeVisible();
  await expect(page.getByLabel("Link")).toHaveValue(/^http/);
  await expect(page.getByRole("button", { name: "Copy link" })).toBeHidden();
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("“beach 1.png” is in the trash.")).toBeVisible();
  await page.getByRole("link", { name: "Trash" }).click();
  await page.getByRole("button", { name: "Restore beach 1.png" }).click();
  await expect(page.getByRole("heading", { name: "beach 1.png" })).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  const admin = await open(await createPerson("admin"), { javaScriptEnabled: false });
  await admin.getByRole("link", { name: "All uploads" }).click();
  await admin.getByLabel("User").fill(person.email);
  await admin.getByLabel("Name").fill("beach 1.png");
  await admin.getByRole("button", { name: "Filter" }).click();
  await expect(admin.getByRole("rowheader", { name: "beach 1.png" })).toBeVisible();
});

test("no page scrolls sideways on a small screen", async ({ open, openServer, createPerson, watch }) => {
  const viewport = { width: 360, height: 640 };
  const person = await createPerson("admin", "Wolfeschlegelsteinhausenbergerdorff the Elder");
  const page = await open(person, { viewport });
  await expectToFit(page);
  await uploadAndOpen(page, picture(LONG));
  await expectToFit(page);
  await page.goto(`/admin/files?user=${person.email}`);
  await expectToFit(page);
  await page.goto("/");
  await page.getByLabel("Choose files").setInputFiles([text(`${"long".repeat(40)}.txt`)]);
  await expectState(page, `${"long".repeat(40)}.txt`, "done");
  await expectToFit(page);
  await card(page, LONG).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  await expectToFit(page);
  await page.goto("/trash");
  await expectToFit(page);
  watch.announce(/status of 404 .*nowhere/);
  await page.goto("/nowhere");
  await expectToFit(page);
  await page.getByRole("link", { name: "Go to your files" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expectToFit(page);

  const server = await openServer();
  await page.goto(await server.setUpLink());
  await expectToFit(page);
});

test("the keyboard alone is enough", async ({ page, person }) => {
  await page.goto("/sign-in");
  // The first field has the focus already.
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Choose files")).toBeFocused();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Space")]);
  const file = picture("beach.png");
  await chooser.setFiles(file);
  await expect(card(page, file.name)).toBeVisible();

  await tabTo(page, card(page, file.name));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: file.name })).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Delete" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Undo" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: file.name })).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

/** @param {Page} page */
async function expectToFit(page) {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(content, `the width of ${page.url()}`).toBeLessThanOrEqual(screen ?? 0);
}

/**
 * @param {Page} page
 * @param {import("../support/test.js").Locator} target
 */
async function tabTo(page, target) {
  await target.waitFor();
  for (let stops = 0; stops < 30; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}
