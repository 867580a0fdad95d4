// Pages for everyone: without JavaScript, on a small screen, by the keyboard alone.
import { picture, text } from "../support/files.js";
import { card, expectState, expectToSee, openFile, uploadAndOpen, uploadAsAProgram } from "../support/gallery.js";
import { expect, signOut, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

const LONG = `${"unbreakable".repeat(12)}.png`;

test("pages work without JavaScript, and uploading says that it needs it", async ({ open, createPerson, person }) => {
  const page = await open(person, { javaScriptEnabled: false });
  // Playwright's own words for finding things pass over noscript.
  await expect(page.locator("noscript p")).toBeVisible();
  await expect(page.locator("noscript p")).toHaveText(/^Uploading needs JavaScript/);
  await expect(page.getByText("Choose files", { exact: true })).toBeHidden();
  await uploadAsAProgram(page, [
    picture("beach 1.png"),
    ...Array.from({ length: 48 }, (_, number) => text(`note ${number}.txt`)),
  ]);
  await page.getByRole("link", { name: "Files", exact: true }).click();
  await page.getByRole("link", { name: "More" }).click();
  await openFile(page, "beach 1.png");
  await expect(page.getByLabel("Link")).toHaveValue(/^http/);
  await expect(page.getByRole("button", { name: "Copy link" })).toBeHidden();
  await page.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(page.getByText("“beach 1.png” is in the trash.")).toBeVisible();
  await page.getByRole("link", { name: "Trash" }).click();
  await page.getByRole("checkbox", { name: "Select beach 1.png" }).check();
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(page.getByText("“beach 1.png” is back.")).toBeVisible();
  await uploadAsAProgram(page, [{ ...text("fjord.txt"), folder: "Iceland" }]);
  await page.getByRole("link", { name: "Files", exact: true }).click();
  await page.getByRole("checkbox", { name: "Select Iceland" }).check();
  await page.getByRole("checkbox", { name: "Select note 1.txt", exact: true }).check();
  await page.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(page.getByText("1 file and 1 folder are in the trash.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("1 file and 1 folder are back.")).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "Select Iceland" })).toBeVisible();
  await signOut(page, person);

  const admin = await open(await createPerson("admin"), { javaScriptEnabled: false });
  await admin.getByRole("link", { name: "Admin" }).click();
  await admin.getByRole("navigation", { name: "Admin" }).getByRole("link", { name: "Files" }).click();
  await admin.getByRole("group", { name: "Filters" }).getByText("Person", { exact: true }).first().click();
  await admin.getByRole("textbox", { name: "Person" }).fill(person.email);
  await admin.getByLabel("Name", { exact: true }).fill("beach 1.png");
  await admin.getByRole("button", { name: "Apply" }).click();
  await expect(admin.getByRole("rowheader", { name: "beach 1.png" })).toBeVisible();
});

test("no page scrolls sideways on a small screen", async ({ open, openServer, createPerson, watch }) => {
  const viewport = { width: 320, height: 640 };
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
  await expectToSee(page, LONG);
  await expectToFit(page);
  await page.keyboard.press("Escape");
  await openFile(page, LONG);
  await page.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  await expectToFit(page);
  await page.goto("/trash");
  await expectToFit(page);
  await page.goto("/folders/new");
  await page.getByRole("textbox", { name: "Name" }).fill("long".repeat(40));
  await page.getByRole("button", { name: "Make folder" }).click();
  await expectToFit(page);
  await page.getByRole("link", { name: "long".repeat(40), exact: true }).click();
  await expect(page.getByRole("heading", { name: "long".repeat(40) })).toBeAttached();
  await expectToFit(page);
  watch.announce(/status of 404 .*nowhere/);
  await page.goto("/nowhere");
  await expectToFit(page);
  await page.getByRole("link", { name: "Go to your files" }).click();
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  for (const place of ["/account", "/admin", "/admin/users", "/admin/events", "/styleguide"]) {
    await page.goto(place);
    await expectToFit(page);
  }
  await signOut(page, person);
  await expectToFit(page);

  const server = await openServer();
  await page.goto(await server.setUpLink());
  await expectToFit(page);
});

/** @param {Page} page */
async function expectToFit(page) {
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content, `the width of ${page.url()}`).toBeLessThanOrEqual(screen ?? 0);
}
