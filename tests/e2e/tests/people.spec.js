// Accounts: what administrators do with everyone's, and people with their own.
import { text } from "../support/files.js";
import { upload, uploadAsAProgram } from "../support/gallery.js";
import { expect, fillInSignIn, somebody, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

test("somebody who is invited by a link creates an account, once", async ({ open, createPerson, watch }) => {
  const admin = await open(await createPerson("admin"));
  await admin.getByRole("link", { name: "Admin" }).click();
  await admin.getByRole("link", { name: "People" }).click();
  await admin.getByRole("button", { name: "Make an invitation link" }).click();
  const link = await admin.getByLabel("Link to hand over").inputValue();
  const guest = await open(null);
  const ada = somebody("Ada Lovelace", "member");
  await guest.goto(link);
  await guest.getByLabel("Name").fill(ada.name);
  await guest.getByLabel("Email").fill(ada.email);
  await guest.getByLabel("Password").fill(ada.password);
  await guest.getByRole("button", { name: "Create account" }).click();
  await expect(guest.getByText("Nothing here yet")).toBeVisible();
  watch.announce(/status of 404 .*invitations/);
  expect((await (await open(null)).goto(link))?.status()).toBe(404);
  await admin.goto(`/admin/users?name=${ada.email}`);
  await expect(admin.getByRole("row", { name: ada.email })).toContainText("member");
});

test("an account that an admin creates is entered by a link, and its rights are changed", async ({
  open,
  createPerson,
  watch,
}) => {
  const admin = await open(await createPerson("admin"));
  const alan = somebody("Alan Turing", "member");
  await admin.goto("/admin/users");
  const form = admin.getByRole("region", { name: "Create an account" });
  await form.getByLabel("Name").fill(alan.name);
  await form.getByLabel("Email").fill(alan.email);
  await form.getByRole("button", { name: "Create account" }).click();
  const link = await admin.getByLabel("Link to hand over").inputValue();
  const page = await open(null);
  await page.goto(link);
  await page.getByLabel("New password").fill(alan.password);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Admin" })).toHaveCount(0);

  // Among many, it may be on another page.
  await admin.goto(`/admin/users?name=${alan.email}`);
  await admin.getByRole("link", { name: alan.email }).click();
  // What is refused comes back as it was written, with the reason beside it.
  watch.announce(/status of 422 .*quota/);
  await admin.getByRole("textbox", { name: "Space" }).fill("plenty");
  await admin.getByRole("button", { name: "Change space" }).click();
  await expect(admin.getByRole("alert").filter({ hasText: "Write a size such as 10 GB" })).toBeVisible();
  await expect(admin.getByRole("textbox", { name: "Space" })).toHaveValue("plenty");
  await expect(admin.getByRole("heading", { name: alan.name })).toBeVisible();
  await admin.getByRole("textbox", { name: "Space" }).fill("2 KiB");
  await admin.getByRole("button", { name: "Change space" }).click();
  await expect(admin.getByText("The space was changed.")).toBeVisible();
  await admin.getByRole("combobox", { name: "Role" }).selectOption("admin");
  await admin.getByRole("button", { name: "Change role" }).click();
  await expect(admin.getByText("What they may do was changed.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: "Admin" })).toBeVisible();
  await page.goto("/account");
  await expect(page.getByText(/ of 2 KB$/).first()).toBeVisible();

  await admin.getByRole("button", { name: "Disable the account" }).click();
  await expect(admin.getByText("The account is disabled")).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  watch.announce(/status of 401 .*sign-in/);
  await fillInSignIn(page, alan);
  await expect(page.getByRole("alert").filter({ hasText: /password/ })).toBeVisible();
  await admin.getByRole("button", { name: "Enable the account" }).click();
  await expect(admin.getByText("The account is enabled again")).toBeVisible();
  await fillInSignIn(page, alan);
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  const history = admin.getByRole("list", { name: "History" });
  for (const words of ["Account enabled", "Account disabled", "Role changed", "Space changed", "Account created"]) {
    await expect(history.getByText(words)).toBeVisible();
  }
});

test("a password is set anew by a link, and every session ends", async ({
  home,
  person,
  open,
  createPerson,
  watch,
}) => {
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/users?name=${person.email}`);
  await admin.getByRole("link", { name: person.email }).click();
  await admin.getByRole("button", { name: "Make a password link" }).click();
  const link = await admin.getByLabel("Link to hand over").inputValue();
  const page = await open(null);
  await page.goto(link);
  await page.getByLabel("New password").fill("four plain words now");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  await home.reload();
  await expect(home.getByRole("heading", { name: "Sign in" })).toBeVisible();
  watch.announce(/status of 401 .*sign-in/);
  await fillInSignIn(home, person);
  await expect(home.getByRole("alert").filter({ hasText: /password/ })).toBeVisible();
  await fillInSignIn(home, { ...person, password: "four plain words now" });
  await expect(home.getByRole("heading", { name: "Files" })).toBeVisible();
});

test("a member changes the password, ends other sessions, and sees what is in use", async ({
  home,
  person,
  open,
  watch,
}) => {
  const [second, third] = [await open(person), await open(person)];
  await uploadAsAProgram(home, [text("notes.txt")]);
  await openAccount(home, person.name);
  await expect(home.getByRole("main").getByText("21 bytes in use")).toBeVisible();
  const sessions = home.getByRole("list", { name: "Sessions" });
  await expect(sessions.getByRole("listitem")).toHaveCount(3);
  await expect(sessions.getByText("This one")).toHaveCount(1);
  await sessions
    .getByRole("button", { name: /^Sign out on/ })
    .first()
    .click();
  await expect(sessions.getByRole("listitem")).toHaveCount(2);
  await home.getByLabel("Current password").fill("not the right one");
  await home.getByLabel("New password").fill("four plain words");
  watch.announce(/status of 422 .*account/);
  await home.getByRole("button", { name: "Change password" }).click();
  await expect(home.getByRole("alert").filter({ hasText: "The current password is not right." })).toBeVisible();
  await home.getByLabel("Current password").fill(person.password);
  await home.getByLabel("New password").fill("four plain words");
  await home.getByRole("button", { name: "Change password" }).click();
  await expect(home.getByText("Your password was changed")).toBeVisible();
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  for (const other of [second, third]) {
    await other.goto("/");
    await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
  }
});

test("a member creates a token, uploads with it, and revokes it", async ({ home, person, server }) => {
  await openAccount(home, person.name);
  await home.getByLabel("Token name").fill("laptop");
  await home.getByRole("button", { name: "Create token" }).click();
  const token = await home.getByLabel("New token").inputValue();
  const ask = () =>
    fetch(`${server.url}/presign-upload`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ fileName: "a.txt", contentType: "text/plain" }),
    });
  expect((await ask()).status).toBe(200);
  await home.goto("/account");
  await expect(home.getByLabel("New token")).toHaveCount(0);
  const tokens = home.getByRole("list", { name: "API tokens" });
  await expect(tokens.getByRole("listitem")).toHaveText(/laptop/);
  await tokens.getByRole("button", { name: "Revoke laptop" }).click();
  await expect(home.getByText("The token was revoked.")).toBeVisible();
  expect((await ask()).status).toBe(401);
});

test("a password that was given long ago is asked for again, and what was asked for goes on", async ({
  home,
  person,
  server,
  watch,
}) => {
  await openAccount(home, person.name);
  server.forgetWhenPasswordsWereGiven();
  await home.getByLabel("Token name").fill("laptop");
  watch.announce(/status of 403 .*account/, /status of 422 .*confirmation/);
  await home.getByRole("button", { name: "Create token" }).click();
  const password = home.getByLabel("Your password");
  await expect(password).toBeFocused();
  await password.fill("not the right one");
  await home.getByRole("button", { name: "Go on" }).click();
  await expect(home.getByRole("alert").filter({ hasText: "not your password" })).toBeVisible();
  await expect(home.getByLabel("New token")).toHaveCount(0);
  await password.fill(person.password);
  await home.getByRole("button", { name: "Go on" }).click();
  await expect(home.getByLabel("New token")).toHaveValue(/^cloakroom_/);
  await expect(home.getByRole("list", { name: "API tokens" }).getByRole("listitem")).toHaveText([/laptop/]);
  await home.getByLabel("Token name").fill("phone");
  await home.getByRole("button", { name: "Create token" }).click();
  await expect(home.getByRole("list", { name: "API tokens" }).getByRole("listitem")).toHaveText([/phone/, /laptop/]);
});

test("the tokens that are ticked outlive a change of the password", async ({ home, person }) => {
  await openAccount(home, person.name);
  const tokens = home.getByRole("list", { name: "API tokens" });
  for (const name of ["laptop", "phone"]) {
    await home.getByLabel("Token name").fill(name);
    await home.getByRole("button", { name: "Create token" }).click();
    await expect(tokens.getByRole("listitem").filter({ hasText: name })).toBeVisible();
  }
  const kept = home.getByRole("checkbox", { name: "laptop" });
  await expect(kept).not.toBeChecked();
  await kept.check();
  await home.getByLabel("Current password").fill(person.password);
  await home.getByLabel("New password").fill("four plain words");
  await home.getByRole("button", { name: "Change password" }).click();
  await expect(home.getByText("Your password was changed")).toBeVisible();
  await expect(tokens.getByRole("listitem")).toHaveText([/laptop/]);
});

test("a member changes the name that pages show", async ({ home, person }) => {
  await openAccount(home, person.name);
  await home.getByLabel("Name", { exact: true }).fill("Countess Lovelace");
  await home.getByRole("button", { name: "Save" }).click();
  await expect(home.getByRole("button", { name: "Countess Lovelace" })).toBeVisible();
  await home.goto("/");
  await upload(home, text("notes.txt"));
  await expect(home.getByRole("button", { name: "Countess Lovelace" })).toBeVisible();
});

/**
 * @param {Page} page
 * @param {string} name
 */
async function openAccount(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
}
