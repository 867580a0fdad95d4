// A folder shared with somebody who has an account: added by an email, looked at and downloaded, and taken away again.
import { expectAccessible } from "../support/accessible.js";
import { picture, text } from "../support/files.js";
import { makeFolder } from "../support/folders.js";
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
