// Folders: made, filled, gone about in, moved by the dialog, by dragging and by the keyboard, put in the trash, and taken back.
import { text } from "../support/files.js";
import { makeFolder } from "../support/folders.js";
import { box, card, list, upload, uploadAsAProgram } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

/** @param {Page} page */
const tiles = (page) => page.getByRole("list", { name: "Folders", exact: true });

/**
 * @param {Page} page
 * @param {string} name
 */
const tile = (page, name) => tiles(page).getByRole("link", { name, exact: true });

test("a folder is made, refused a name that is taken, opened, filled, renamed and left by its crumbs", async ({
  home,
  watch,
}) => {
  watch.announce(/status of 422/);
  await makeFolder(home, "Iceland 2026");
  await home.getByRole("link", { name: "New folder" }).click();
  const dialog = home.getByRole("dialog", { name: "New folder" });
  await dialog.getByLabel("Name").fill("iceland 2026");
  await home.keyboard.press("Enter");
  await expect(dialog.getByText("This name is taken. Choose another.")).toBeVisible();
  await dialog
    .getByRole("button", { name: "Cancel" })
    .or(dialog.getByRole("link", { name: "Cancel" }))
    .click();
  await expect(dialog).toBeHidden();

  await tile(home, "Iceland 2026").click();
  await expect(home.getByRole("heading", { level: 1, name: "Iceland 2026" })).toBeVisible();
  await expect(home.getByText("Nothing in here yet.")).toBeVisible();
  const address = home.url();
  await upload(home, text("fjord.txt"), text("beach.txt"));
  await expect(home.locator("#total")).toHaveText(/^2 files · \d+ bytes$/);
  await makeFolder(home, "South coast");

  await home.getByRole("button", { name: "More for Iceland 2026" }).click();
  await home.getByRole("link", { name: "Rename" }).click();
  const rename = home.getByRole("dialog", { name: "Rename folder" });
  await rename.getByLabel("Name").fill("Ísland");
  await rename.getByRole("button", { name: "Rename" }).click();
  await expect(home.getByRole("heading", { level: 1, name: "Ísland" })).toBeVisible();
  expect(home.url()).toBe(address);

  await tile(home, "South coast").click();
  const crumbs = home.getByRole("navigation", { name: "Folders above" });
  await crumbs.getByRole("link", { name: "Ísland" }).click();
  await expect(card(home, "fjord.txt")).toBeVisible();
  await crumbs.getByRole("link", { name: "Files" }).click();
  await expect(tile(home, "Ísland")).toHaveAccessibleDescription("1 folder, 2 files");
  await expect(card(home, "fjord.txt")).toHaveCount(0);

  await home.getByRole("searchbox").fill("fjord");
  await expect(card(home, "fjord.txt")).toBeVisible();
  await expect(tiles(home)).toHaveCount(0);
});

test("files move by the dialog, which one can type into, and by dragging, and come back", async ({ home }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt"), text("3.txt")]);
  await home.reload();
  await makeFolder(home, "Iceland");
  await makeFolder(home, "Norway");

  // By the keyboard alone.
  await card(home, "1.txt").focus();
  await home.keyboard.press("m");
  const dialog = home.getByRole("dialog", { name: "Move 1 file" });
  await expect(dialog.getByRole("searchbox", { name: "Find a folder" })).toBeFocused();
  await home.keyboard.type("norw");
  await expect(dialog.getByRole("radio")).toHaveCount(1);
  await home.keyboard.press("Enter");
  await expect(dialog.getByRole("radio", { name: "Norway" })).toBeChecked();
  await home.keyboard.press("Enter");
  await expect(home.getByText("“1.txt” moved to Norway.")).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(card(home, "1.txt")).toHaveCount(0);
  await expect(tile(home, "Norway")).toHaveAccessibleDescription("1 file");
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(card(home, "1.txt")).toBeVisible();

  // By a pointer: all that are selected go together.
  await box(home, "2.txt").check();
  await box(home, "3.txt").check();
  await card(home, "3.txt").dragTo(tile(home, "Iceland"));
  await expect(home.getByText("2 files moved to Iceland.")).toBeVisible();
  await expect(list(home).getByRole("link")).toHaveCount(1);
  await expect(tile(home, "Iceland")).toHaveAccessibleDescription("2 files");
  await tile(home, "Iceland").dragTo(tile(home, "Norway"));
  await expect(home.getByText("“Iceland” moved to Norway.")).toBeVisible();
  await expect(tile(home, "Iceland")).toHaveCount(0);

  await tile(home, "Norway").click();
  await tile(home, "Iceland").click();
  await card(home, "2.txt").dragTo(
    home.getByRole("navigation", { name: "Folders above" }).getByRole("link", { name: "Files" }),
  );
  await expect(home.getByText("“2.txt” moved to Files.")).toBeVisible();
  await expect(card(home, "2.txt")).toHaveCount(0);
});

test("folders are selected among files, moved and put in the trash with them, and come back", async ({
  home,
  watch,
}) => {
  watch.announce(/422/);
  await uploadAsAProgram(home, [
    text("1.txt"),
    text("2.txt"),
    { ...text("fjord.txt"), folder: "Iceland/Coast" },
    { ...text("ice.txt"), folder: "Norway" },
    { ...text("far.txt"), folder: "Zanzibar" },
  ]);
  await home.reload();
  const bar = home.getByRole("status").filter({ hasText: "selected" });
  const act = (/** @type {string} */ name) => home.locator("#selection").getByRole("button", { name, exact: true });

  // By the keyboard: from tile to tile, and on to the files.
  await tile(home, "Norway").focus();
  await home.keyboard.press("Space");
  await expect(bar).toHaveText("1 folder selected");
  await expect(act("Share")).toBeVisible();
  await home.keyboard.press("Shift+ArrowRight");
  await home.keyboard.press("Shift+ArrowRight");
  await expect(bar).toHaveText("1 file and 2 folders selected");
  await expect(act("Favourite")).toBeHidden();
  await expect(act("Share")).toBeHidden();
  await home.keyboard.press("ControlOrMeta+a");
  await expect(bar).toHaveText("2 files and 3 folders selected");
  // By a pointer, which opens a folder again when nothing is selected.
  await tile(home, "Zanzibar").click();
  await expect(bar).toHaveText("2 files and 2 folders selected");
  await box(home, "2.txt").uncheck();
  await expect(bar).toHaveText("1 file and 2 folders selected");

  // No folder goes into itself, nor into what is below it.
  await home.keyboard.press("m");
  const dialog = home.getByRole("dialog", { name: "Move 1 file and 2 folders" });
  await expect(dialog.getByRole("radio", { name: "Iceland" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Folders in Iceland" }).click();
  await dialog.getByRole("radio", { name: "Coast" }).check();
  await dialog.getByRole("button", { name: "Move", exact: true }).click();
  await expect(
    dialog.getByText("A folder cannot be moved into itself, nor into a folder that is in it."),
  ).toBeVisible();
  await dialog.getByRole("radio", { name: "Zanzibar" }).check();
  await dialog.getByRole("button", { name: "Move", exact: true }).click();
  await expect(home.getByText("1 file and 2 folders moved to Zanzibar.")).toBeVisible();
  await expect(tiles(home).getByRole("link")).toHaveCount(1);
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(tiles(home).getByRole("link")).toHaveCount(3);
  await expect(card(home, "1.txt")).toBeVisible();
  await expect(bar).toBeHidden();

  await box(home, "Norway").check();
  await box(home, "Iceland").check();
  await box(home, "2.txt").check();
  // All of it is carried, whatever of it is taken hold of.
  await tile(home, "Norway").dragTo(tile(home, "Zanzibar"));
  await expect(home.getByText("1 file and 2 folders moved to Zanzibar.")).toBeVisible();
  await expect(tiles(home).getByRole("link")).toHaveCount(1);
  await tile(home, "Zanzibar").click();
  await expect(home.getByRole("heading", { level: 1, name: "Zanzibar" })).toBeVisible();
  await tile(home, "Norway").click({ modifiers: ["ControlOrMeta"] });
  await expect(bar).toHaveText("1 folder selected");
  await card(home, "far.txt").click();
  await expect(bar).toHaveText("1 file and 1 folder selected");
  await act("Trash").click();
  await expect(home.getByText("1 file and 1 folder are in the trash.")).toBeVisible();
  await expect(card(home, "far.txt")).toHaveCount(0);
  await expect(tile(home, "Norway")).toHaveCount(0);
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(home.getByText("1 file and 1 folder are back.")).toBeVisible();
  await expect(card(home, "far.txt")).toBeVisible();
  await expect(tile(home, "Norway")).toHaveAccessibleDescription("1 file");
});

test("a folder goes to the trash with what is in it, and comes back", async ({ home, open, person }) => {
  await makeFolder(home, "Iceland");
  await tile(home, "Iceland").click();
  await expect(home.getByRole("heading", { level: 1, name: "Iceland" })).toBeVisible();
  await upload(home, text("fjord.txt"));
  await home.goto("/");
  await tiles(home).getByRole("button", { name: "More for Iceland" }).click();
  await home.getByRole("group", { name: "Folder", exact: true }).getByRole("button", { name: "Trash" }).click();
  await expect(home.getByText("“Iceland” is in the trash.")).toBeVisible();
  await expect(tiles(home)).toHaveCount(0);
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(tile(home, "Iceland")).toBeVisible();

  // What another tab does is seen by who comes back to this one.
  const other = await open(person);
  await other.goto("/");
  await tile(other, "Iceland").click();
  await expect(other.getByRole("heading", { level: 1, name: "Iceland" })).toBeVisible();
  await other.getByRole("button", { name: "More for Iceland" }).click();
  await other.getByRole("group", { name: "Iceland" }).getByRole("button", { name: "Trash" }).click();
  await expect(other.getByText("“Iceland” is in the trash.")).toBeVisible();
  await expect(other).toHaveURL(/\/$/);
  await other.goto("/trash");
  const row = other
    .getByRole("list", { name: "Folders in the trash" })
    .getByRole("listitem")
    .filter({ hasText: "Iceland" });
  await expect(row).toContainText("Gone in 30 days");
  await row.getByRole("button", { name: "Delete forever Iceland" }).click();
  const dialog = other.getByRole("dialog");
  await expect(dialog).toContainText("Delete 1 folder with 1 file forever?");
  await dialog.getByRole("link", { name: "Keep" }).click();
  await row.getByRole("button", { name: "Restore Iceland" }).click();
  await expect(other.getByText("“Iceland” is back.")).toBeVisible();
});

test("files whose names are there already are asked for once: both, skipped, or replaced", async ({ home }) => {
  await upload(home, text("a.txt"), text("b.txt"));
  const dialog = home.getByRole("dialog", { name: /name.* there already/ });
  await home.getByLabel("Choose files").setInputFiles([text("a.txt", "new"), text("c.txt")]);
  await expect(dialog.getByRole("listitem")).toHaveText(["a.txt"]);
  await dialog.getByRole("button", { name: "Skip" }).click();
  await expect(card(home, "c.txt")).toBeVisible();
  await expect(card(home, "a.txt")).toHaveCount(1);
  await home.getByLabel("Choose files").setInputFiles([text("a.txt", "newer")]);
  await dialog.getByRole("button", { name: "Keep both" }).click();
  await expect(card(home, "a.txt")).toHaveCount(2);
  await home.getByLabel("Choose files").setInputFiles([text("b.txt", "newest")]);
  const replaced = home.waitForResponse(/\/files\/trash$/);
  await dialog.getByRole("button", { name: "Replace" }).click();
  await replaced;
  await expect(card(home, "b.txt")).toHaveCount(1);
  await home.goto("/trash");
  await expect(home.getByLabel("Select b.txt")).toBeVisible();
});
