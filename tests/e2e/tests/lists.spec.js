// The lists: the gallery page by page, and every upload of everyone for admins.
import { bytes, picture, text } from "../support/files.js";
import { list, openFile, upload, uploadAsAProgram } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/files.js").Upload} Upload */

/** As many files as one page of the gallery has. */
const PAGE = 48;

test("More loads the next page below the first", async ({ home }) => {
  await uploadAsAProgram(home, notes(PAGE + 2));
  // In rows, of which a window has fewer.
  await home.goto("/?view=list");
  const links = list(home).getByRole("link", { name: /^note/ });
  await expect(links).toHaveCount(PAGE);
  // On the way down it is loaded before anyone has to ask.
  await links.last().scrollIntoViewIfNeeded();
  await expect(links).toHaveCount(PAGE + 2);
  await expect(links.last()).toHaveAccessibleName("note 1.txt");
  await expect(home.getByRole("link", { name: "More" })).toHaveCount(0);
});

test("More asks for the password when the session is over, and goes on", async ({ home, person, watch }) => {
  await uploadAsAProgram(home, notes(PAGE + 1));
  await home.setViewportSize({ width: 800, height: 400 });
  await home.reload();
  await home.context().clearCookies();
  watch.announce(/status of 401/, /Response Status Error Code 401/);
  await home.getByRole("link", { name: "More" }).scrollIntoViewIfNeeded();
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByLabel("Password").fill(person.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toHaveCount(0);
  await home.getByRole("link", { name: "More" }).click();
  await expect(list(home).getByRole("link", { name: /^note/ })).toHaveCount(PAGE + 1);
});

test("the newest file comes first", async ({ home }) => {
  await upload(home, text("older.txt"));
  await upload(home, text("newer.txt"));
  const links = list(home).getByRole("link");
  await expect(links.first()).toHaveAccessibleName("newer.txt");
});

test("an admin sees the uploads of everyone", async ({ home, person, open, createPerson }) => {
  const another = await createPerson("member", "Alan Turing");
  await upload(home, picture("beach.png"));
  await upload(await open(another), text("machines.txt"));
  const admin = await open(await createPerson("admin"));
  await admin.getByRole("link", { name: "Admin" }).click();
  await admin.getByRole("navigation", { name: "Admin" }).getByRole("link", { name: "Files" }).click();
  await expect(admin.getByRole("row", { name: "beach.png" }).filter({ hasText: person.email })).toBeVisible();
  await expect(admin.getByRole("row", { name: "machines.txt" }).filter({ hasText: another.email })).toBeVisible();
});

test("an admin's list is narrowed down by user, type and name in its address", async ({
  home,
  person,
  open,
  createPerson,
  server,
}) => {
  const stranger = await createPerson("member", "Alan Turing");
  await upload(await open(stranger), text("stranger.txt"));
  await upload(home, picture("beach.png"), text("beach.txt"), text("forest.txt"));
  const admin = await open(await createPerson("admin"));
  const names = admin.getByRole("table").getByRole("rowheader");

  await admin.goto("/admin/files");
  await admin.evaluate(() => {
    document.body.dataset["seen"] = "yes";
  });
  const chips = admin.getByRole("group", { name: "Filters" });
  await chips.getByText("Person", { exact: true }).first().click();
  await chips.getByRole("textbox", { name: "Person" }).fill(person.email);
  await admin.keyboard.press("Enter");
  await expect(names).toHaveCount(3);
  await expect(chips.getByText(person.email, { exact: true }), "a chip says what is set").toBeVisible();

  await chips.getByText("Type", { exact: true }).first().click();
  await chips.getByRole("radio", { name: "Documents 2" }).click();
  await expect(names).toHaveCount(2);

  await admin.getByRole("searchbox", { name: "Name" }).pressSequentially("BEACH");
  await expect(names).toContainText(["beach.txt"]);
  await expect(names).toHaveCount(1);
  expect(await admin.evaluate(() => document.body.dataset["seen"]), "nothing was loaded anew").toBe("yes");
  const found = { user: person.email, type: "document", name: "BEACH" };
  // The last letter is followed a moment after what it finds is there.
  await expect.poll(() => Object.fromEntries(new URL(admin.url()).searchParams)).toEqual(found);
  const address = new URL(admin.url());

  const colleague = await open(await createPerson("admin"));
  await colleague.goto(address.href.replace(server.url, ""));
  await expect(colleague.getByRole("rowheader", { name: "beach.txt" })).toBeVisible();
  await expect(colleague.getByLabel("Name", { exact: true })).toHaveValue("BEACH");

  await admin.getByLabel("Name", { exact: true }).fill("nothing is called this");
  await expect(admin.getByText("No upload matches.")).toBeVisible();
  await admin.getByRole("link", { name: "Clear" }).click();
  await expect(admin).toHaveURL("/admin/files");
});

test("each upload in an admin's list has its picture, or a badge of its type", async ({
  home,
  person,
  open,
  createPerson,
}) => {
  await upload(home, picture("beach.png"), bytes("forest.tar", 300));
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}`);
  const row = (/** @type {string} */ name) => admin.getByRole("row", { name });
  await expect(row("beach.png").locator("img")).toBeVisible();
  await expect
    .poll(() =>
      row("beach.png")
        .locator("img")
        .evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth),
    )
    .toBeGreaterThan(0);
  await expect(row("forest.tar").locator("[data-words=TAR]")).toBeVisible();
  await admin.getByRole("group", { name: "Filters" }).getByText("State", { exact: true }).first().click();
  await admin.getByRole("radio", { name: "Quarantined" }).click();
  await expect(admin.getByText("No upload matches.")).toBeVisible();
  await expect(admin).toHaveURL(`/admin/files?user=${encodeURIComponent(person.email)}&state=quarantined`);
});

test("an admin opens anyone's file", async ({ home, open, createPerson, person, server }) => {
  await upload(home, text("notes.txt", "read me"));
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}`);
  await admin.getByRole("link", { name: "notes.txt" }).click();
  await admin.getByRole("link", { name: "Open", exact: true }).click();
  await expect(admin).toHaveURL((url) => url.origin === server.storeOrigin);
  await expect(admin.getByText("read me")).toBeVisible();
});

test("a member is refused the admin's list", async ({ home, watch }) => {
  await expect(home.getByRole("link", { name: "Admin" })).toHaveCount(0);
  watch.announce(/status of 403 .*admin/);
  expect((await home.goto("/admin/files"))?.status()).toBe(403);
  await expect(home.getByRole("heading", { name: "This is not open to you" })).toBeVisible();
});

test("a file in the trash cannot be opened from the admin's list", async ({ home, person, open, createPerson }) => {
  await upload(home, text("notes.txt"));
  await openFile(home, "notes.txt");
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("“notes.txt” is in the trash.")).toBeVisible();
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}`);
  await expect(admin.getByRole("row", { name: "notes.txt" }).getByText("trashed")).toBeVisible();
  await admin.getByRole("link", { name: "notes.txt" }).click();
  await expect(admin.getByRole("heading", { name: "notes.txt" })).toBeVisible();
  await expect(admin.getByRole("link", { name: "Open", exact: true })).toHaveCount(0);
});

/**
 * @param {number} count
 * @returns {Upload[]}
 */
function notes(count) {
  return Array.from({ length: count }, (_, number) => text(`note ${number + 1}.txt`));
}
