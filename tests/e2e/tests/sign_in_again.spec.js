// A session that ends under a page: a dialog begins another in place, and nothing is lost.
import { text } from "../support/files.js";
import { card, choose, expectState, openFile, upload, uploadAsAProgram } from "../support/gallery.js";
import { expectHeading, expectSamePage, holdStore, mark } from "../support/same_page.js";
import { expect, test } from "../support/test.js";

test("a session that ends under an upload is begun again in place, and the upload goes on", async ({
  home,
  person,
  server,
}) => {
  const open = await holdStore(home, server.storeOrigin);
  await mark(home);
  await choose(home, text("notes.txt"));
  await expectState(home, "notes.txt", "uploading");
  await home.context().clearCookies();
  await home.getByRole("link", { name: "Trash" }).click();
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog.getByLabel("Password")).toBeFocused();
  await expect(dialog.getByLabel("Email")).toHaveValue(person.email);
  await dialog.getByLabel("Password").fill(person.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expectHeading(home, "Trash");
  await expect(home).toHaveURL("/trash");
  open();
  await expectState(home, "notes.txt", "done");
  await home.getByRole("link", { name: "Files", exact: true }).click();
  await expect(card(home, "notes.txt")).toBeVisible();
  await expectSamePage(home);
});

test("a wrong password is said beside it, and a notice brings back a dialog that was closed", async ({
  home,
  person,
  watch,
}) => {
  await uploadAsAProgram(home, [text("notes.txt")]);
  await home.reload();
  await mark(home);
  await home.getByRole("checkbox", { name: "Select notes.txt" }).check();
  await home.context().clearCookies();
  watch.announce(/status of 401 .*trash/, /status of 401 .*sign-in/, /Response Status Error Code 401/);
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByLabel("Password").fill("four plain wrong words");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/password is not right/);
  await expect(dialog.getByLabel("Password")).toBeFocused();
  await home.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await home.getByRole("alert").getByRole("button", { name: "Sign in again" }).click();
  await dialog.getByLabel("Password").fill(person.password);
  await home.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(home.getByText("You are signed out.")).toHaveCount(0);
  // Nothing is lost: it is still selected.
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByRole("status").getByText("“notes.txt” is in the trash.")).toBeVisible();
  await expectSamePage(home);
});

test("a form that finds the session over is sent once somebody is signed in again", async ({ home, person, watch }) => {
  await upload(home, text("notes.txt"));
  await openFile(home, "notes.txt");
  await mark(home);
  await home.getByLabel("Name").fill("renamed.txt");
  await home.context().clearCookies();
  watch.announce(/status of 401 .*name/);
  await home.getByRole("button", { name: "Rename" }).click();
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByLabel("Password").fill(person.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(home.getByText("Renamed.", { exact: true })).toBeVisible();
  await expectHeading(home, "renamed.txt");
  await expectSamePage(home);
});
