// The doors: set-up, sign in, sign out.
import { text } from "../support/files.js";
import { card, uploadAsAProgram } from "../support/gallery.js";
import { expect, fillInSignIn, signOut, somebody, test } from "../support/test.js";

test("the set-up link creates the first admin and then stops working", async ({ openServer, open, watch }) => {
  const server = await openServer();
  const link = await server.setUpLink();
  const page = await open(null, { baseURL: server.url });
  const admin = somebody("Grace Hopper", "admin");

  await page.goto("/");
  await expect(page.getByText("There is no account yet.")).toBeVisible();
  await page.goto(link);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Admin" })).toBeVisible();

  watch.announce(/status of 404 .*set-up/);
  const late = await open(null, { baseURL: server.url });
  expect((await late.goto(link))?.status()).toBe(404);
  await expect(late.getByRole("heading", { name: "This link opens nothing" })).toBeVisible();
  await expect(late.getByRole("link", { name: "Sign in" })).toBeVisible();
});

test("a password that is too short is refused in words, and what was written is kept", async ({
  openServer,
  open,
  watch,
}) => {
  const server = await openServer();
  const page = await open(null, { baseURL: server.url });
  await page.goto(await server.setUpLink());
  // The browser itself would not send it.
  await page.getByLabel("Password").evaluate((field) => field.removeAttribute("minlength"));
  await page.getByLabel("Name").fill("Grace");
  await page.getByLabel("Email").fill("grace@example.com");
  await page.getByLabel("Password").fill("short");
  watch.announce(/status of 422 .*set-up/);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "at least 10 characters" })).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue("grace@example.com");
});

test("a person signs in", async ({ page, person }) => {
  await page.goto("/");
  await expect(page).toHaveURL("/sign-in");
  await fillInSignIn(page, person);
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("button", { name: person.name })).toBeVisible();
});

test("signing in leads to the page that was asked for", async ({ page, person }) => {
  await page.goto("/trash");
  await fillInSignIn(page, person);
  await expect(page.getByRole("heading", { name: "Trash" })).toBeVisible();
});

test("a wrong password is said in words", async ({ page, person, watch }) => {
  await page.goto("/sign-in");
  watch.announce(/status of 401 .*sign-in/);
  await fillInSignIn(page, { ...person, password: "four plain wrong words" });
  await expect(page.getByRole("alert").filter({ hasText: /password/i })).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(page.getByLabel("Password"), "it is typed again where it was").toBeFocused();
  await fillInSignIn(page, person);
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
});

test("after signing out, going back and reloading leads to the door", async ({ home, person }) => {
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home.getByRole("heading", { name: "Trash" })).toBeVisible();
  await signOut(home, person);
  await home.goBack();
  await home.reload();
  await expect(home.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await home.goto("/");
  await expect(home).toHaveURL("/sign-in");
});

test("nobody goes back to what was seen before somebody signed out", async ({ home, person }) => {
  await uploadAsAProgram(home, [text("secret.txt")]);
  await home.reload();
  await expect(card(home, "secret.txt")).toBeVisible();
  await home.goto("/trash");
  await signOut(home, person);
  await home.goBack();
  await expect(home.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(home.getByText("secret.txt")).toHaveCount(0);
});
