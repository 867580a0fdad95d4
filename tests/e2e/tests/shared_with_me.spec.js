// A folder shared with somebody who has an account: added by an email, looked at and downloaded, and taken away again.
import { expectAccessible } from "../support/accessible.js";
import { picture, text } from "../support/files.js";
import { makeFolder } from "../support/folders.js";
import { readArchive } from "../support/archive.js";
import { card, upload, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("Ada shares a folder with Bob, who opens a picture and downloads it, until she takes it away", async ({
  home,
  open,
  createPerson,
  watch,
}) => {
  watch.announce(/status of 404/, /status of 422/, /Response Status Error Code 422/);
  const person = await createPerson("member", "Bob Noyce");
  const bob = await open(person);
  await bob.goto("/shared");
  await bob.getByRole("link", { name: "With me" }).click();
  await expect(bob.getByText("Nothing is shared with you.")).toBeVisible();
  await expectAccessible(bob);

  await makeFolder(home, "Iceland");
  await home.getByRole("link", { name: "Iceland", exact: true }).click();
  await expect(home.getByRole("heading", { level: 1, name: "Iceland" })).toBeVisible();
  await upload(home, picture("beach.png"), text("notes.txt"));
  await home.getByRole("link", { name: "Share", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: "Share “Iceland”" });
  await dialog.getByRole("link", { name: "With people" }).click();
  await expect(dialog.getByText("Nobody yet.")).toBeVisible();
  await expectAccessible(home);
  const email = dialog.getByLabel("Email of somebody");
  await email.fill("nobody@example.com");
  await home.keyboard.press("Enter");
  await expect(dialog.getByText("Nobody to share with has this email.")).toBeVisible();
  await expect(email).toHaveValue("nobody@example.com");
  await email.fill(person.email);
  await dialog.getByRole("button", { name: "Add" }).click();
  const people = dialog.getByRole("list", { name: "People" });
  await expect(people.getByText(person.email)).toBeVisible();
  await expect(email).toHaveValue("");
  await expect(dialog).toBeVisible();

  await bob.reload();
  await bob.getByRole("link", { name: "Iceland" }).click();
  await expect(bob.getByRole("heading", { level: 1, name: "Iceland" })).toBeVisible();
  await expect(card(bob, "notes.txt")).toBeVisible();
  await expectAccessible(bob);
  const folder = bob.url();
  await card(bob, "beach.png").click();
  await expect(viewer(bob).getByRole("img", { name: "beach.png" }).last()).toBeVisible();
  await expect(viewer(bob).getByRole("button", { name: "Trash" })).toHaveCount(0);
  const download = bob.waitForEvent("download");
  await viewer(bob).getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("beach.png");
  await bob.keyboard.press("Escape");
  await expect(bob.getByRole("heading", { level: 1, name: "Iceland" })).toBeVisible();

  await people.getByRole("button", { name: /^Remove/ }).click();
  await expect(dialog.getByText("Nobody yet.")).toBeVisible();
  await bob.goto(folder);
  await expect(bob.getByRole("heading", { name: "This folder is not shared with you" })).toBeVisible();
  await expectAccessible(bob);
});

test("Bob adds files to a folder of Ada's, puts one away, takes it back, and downloads it all", async ({
  home,
  open,
  createPerson,
}) => {
  const person = await createPerson("member", "Bob Noyce");
  const bob = await open(person);
  await makeFolder(home, "Iceland");
  await home.getByRole("link", { name: "Iceland", exact: true }).click();
  await expect(home.getByRole("heading", { level: 1, name: "Iceland" })).toBeVisible();
  await home.getByRole("link", { name: "Share", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: "Share “Iceland”" });
  await dialog.getByRole("link", { name: "With people" }).click();
  await dialog.getByLabel("Email of somebody").fill(person.email);
  await dialog.getByRole("button", { name: "Add" }).click();
  const people = dialog.getByRole("list", { name: "People" });
  await expect(people.getByText(person.email)).toBeVisible();
  await people.getByLabel("What Bob Noyce may do").selectOption("Can add files");
  await expect(home.getByText("What they may do was changed.")).toBeVisible();
  await expect(people.getByLabel("What Bob Noyce may do")).toHaveValue("contributor");
  await expectAccessible(home);

  await bob.goto("/shared/with-me");
  await bob.getByRole("link", { name: "Iceland" }).click();
  await expect(bob.getByText("Drop files here: ")).toBeVisible();
  await expectAccessible(bob);
  await upload(bob, picture("beach.png"), text("notes.txt"));
  await expect(card(bob, "beach.png")).toBeVisible();
  await expect(card(bob, "notes.txt")).toBeVisible();
  const dock = bob.getByRole("region", { name: "Upload" });
  await expect(dock.getByRole("button", { name: "Share what was uploaded" })).toBeHidden();
  await expect(dock.getByRole("link", { name: /^Open/ })).toHaveAttribute("href", /\/shared\/with-me\/[0-9a-f-]+$/);

  await card(bob, "notes.txt").click();
  await expect(viewer(bob).getByRole("button", { name: "Trash" })).toBeVisible();
  await viewer(bob).getByRole("button", { name: "Trash" }).click();
  await expect(bob.getByText("“notes.txt” is in the trash.")).toBeVisible();
  await bob.keyboard.press("Escape");
  await expect(card(bob, "notes.txt")).toHaveCount(0);
  await bob.getByRole("button", { name: "Undo" }).click();
  await expect(card(bob, "notes.txt")).toBeVisible();

  // A browser that cannot write into a file that somebody chooses.
  await bob.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
  const [archive] = await Promise.all([
    bob.waitForEvent("download"),
    bob.getByRole("button", { name: "Download all" }).click(),
  ]);
  expect(archive.suggestedFilename()).toBe("Iceland.zip");
  const { sums } = readArchive(await archive.path());
  expect(Object.keys(sums).sort()).toEqual(["beach.png", "notes.txt"]);

  await home.goto("/");
  await home.getByRole("link", { name: "Iceland", exact: true }).click();
  await card(home, "beach.png").click();
  await viewer(home).getByRole("button", { name: "Details" }).click();
  await expect(viewer(home).getByText("Added by")).toBeVisible();
  await bob.goto("/");
  await expect(bob.getByRole("heading", { level: 1, name: "Files" })).toBeVisible();
  await expect(card(bob, "beach.png")).toHaveCount(0);
});
