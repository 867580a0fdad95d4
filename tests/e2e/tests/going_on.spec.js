// Going to another page of the app: it is fetched and swapped in, and what is under way goes on beside it.
import { bytes, picture, text } from "../support/files.js";
import {
  card,
  choose,
  expectState,
  openChip,
  openFile,
  row,
  upload,
  uploadAsAProgram,
  viewer,
} from "../support/gallery.js";
import { expectHeading, expectSamePage, holdStore, mark } from "../support/same_page.js";
import { expect, signOut, test } from "../support/test.js";

test("an upload of many files goes on while a person walks over five pages and back", async ({
  home,
  person,
  server,
}) => {
  await upload(home, picture("first.png"));
  const files = Array.from({ length: 12 }, (_, number) => bytes(`${number}.bin`, 20_000));
  const open = await holdStore(home, server.storeOrigin);
  await mark(home);
  await choose(home, ...files);
  await expectState(home, "0.bin", "uploading");
  await home.getByRole("link", { name: "Trash" }).click();
  await expectHeading(home, "Trash");
  await home.getByRole("button", { name: person.name, exact: true }).click();
  await home.getByRole("link", { name: "Settings" }).click();
  await expectHeading(home, "Settings");
  await home.getByRole("link", { name: "Files", exact: true }).click();
  await openFile(home, "first.png");
  // A form, and the page that it leads to.
  await home.getByLabel("Name").fill("renamed.png");
  await home.keyboard.press("Enter");
  await expect(home.getByText("Renamed.", { exact: true })).toBeVisible();
  await expectHeading(home, "renamed.png");
  await home.getByRole("link", { name: "Trash" }).click();
  await expectHeading(home, "Trash");
  await home.goBack();
  await expectHeading(home, "renamed.png");
  await expectState(home, "0.bin", "uploading");
  await expectState(home, "11.bin", "waiting");
  await home.getByRole("link", { name: "Files", exact: true }).first().click();
  await expectHeading(home, "Files");
  open();
  for (const { name } of files) {
    await expectState(home, name, "done");
    await expect(card(home, name)).toBeVisible();
  }
  await expectSamePage(home);
});

test("another page has its title, its place in the navigation, and the focus on its heading", async ({
  home,
  person,
}) => {
  await mark(home);
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home).toHaveURL("/trash");
  await expect(home).toHaveTitle("Trash · Cloakroom");
  await expect(home.getByRole("heading", { name: "Trash" })).toBeFocused();
  await expect(home.getByRole("link", { name: "Trash" })).toHaveAttribute("aria-current", "page");
  await expect(home.getByRole("link", { name: "Files", exact: true })).toHaveAttribute("aria-current", "false");
  await home.getByRole("button", { name: person.name, exact: true }).click();
  await home.getByRole("link", { name: "Settings" }).click();
  await expect(home).toHaveTitle("Settings · Cloakroom");
  await expect(home.getByRole("link", { name: "Settings" })).toBeHidden();
  await home.goBack();
  await expect(home).toHaveTitle("Trash · Cloakroom");
  await home.goBack();
  await expect(home).toHaveTitle("Files · Cloakroom");
  await expect(home).toHaveURL("/");
  await expect(home.getByRole("heading", { name: "Files" })).toBeFocused();
  await home.goForward();
  await expect(home).toHaveTitle("Trash · Cloakroom");
  await expectSamePage(home);
});

test("a page begins at its top, and is as far down as it was left when it is come back to", async ({ home }) => {
  await home.setViewportSize({ width: 800, height: 400 });
  await uploadAsAProgram(
    home,
    Array.from({ length: 40 }, (_, number) => text(`note ${number}.txt`)),
  );
  await home.reload();
  await mark(home);
  const top = () => home.evaluate(() => Math.round(scrollY));
  await home.evaluate(() => scrollTo(0, 500));
  // Without scrolling to it, as the keyboard would.
  await home.getByRole("link", { name: "Trash" }).evaluate((link) => link instanceof HTMLElement && link.click());
  await expectHeading(home, "Trash");
  expect(await top()).toBe(0);
  await home.goBack();
  await expectHeading(home, "Files");
  await expect.poll(top).toBe(500);
  await home.goForward();
  await expectHeading(home, "Trash");
  await expect.poll(top).toBe(0);
  await expectSamePage(home);
});

test("filters and the viewer work on a page that was swapped in, and Back goes through all of it", async ({ home }) => {
  await uploadAsAProgram(home, [picture("1.png"), picture("2.png"), text("notes.txt")]);
  await home.goto("/trash");
  await mark(home);
  await home.getByRole("link", { name: "Files", exact: true }).click();
  await home.getByRole("combobox", { name: "Sort" }).selectOption("Name, A to Z");
  await expect(home).toHaveURL("/?sort=name");
  await (await openChip(home, "Type")).getByRole("radio", { name: "Images" }).click();
  await expect(card(home, "notes.txt")).toHaveCount(0);
  await card(home, "1.png").click();
  await expect(viewer(home).getByRole("heading", { name: "1.png" })).toBeVisible();
  await home.keyboard.press("ArrowRight");
  await expect(viewer(home).getByRole("heading", { name: "2.png" })).toBeVisible();
  await expect(home).toHaveTitle("2.png · Cloakroom");
  await home.goBack();
  await expect(viewer(home)).toHaveCount(0);
  await expect(card(home, "2.png")).toBeFocused();
  await expect(home).toHaveTitle("Files · Cloakroom");
  await home.goBack();
  await expect(card(home, "notes.txt")).toBeVisible();
  await expect((await openChip(home, "Type")).getByRole("radio", { name: "All" })).toBeChecked();
  await home.goBack();
  await expect(home.getByRole("combobox", { name: "Sort" })).toHaveValue("");
  await home.goBack();
  await expectHeading(home, "Trash");
  await home.goForward();
  await expectHeading(home, "Files");
  await expectSamePage(home);
});

test("ten pages leave as many listeners behind as one", async ({ home }) => {
  await home.addInitScript(() => {
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    let lasting = 0;
    const count = (/** @type {EventTarget} */ target, /** @type {number} */ change) => {
      if (target === document || target === window || target === document.body) lasting += change;
      Reflect.set(window, "lasting", lasting);
    };
    EventTarget.prototype.addEventListener = function (/** @type {Parameters<typeof add>} */ ...args) {
      count(this, 1);
      add.apply(this, args);
    };
    EventTarget.prototype.removeEventListener = function (/** @type {Parameters<typeof remove>} */ ...args) {
      count(this, -1);
      remove.apply(this, args);
    };
  });
  await uploadAsAProgram(home, [picture("1.png")]);
  await home.reload();
  await mark(home);
  const walk = async () => {
    await home.getByRole("link", { name: "Trash" }).click();
    await expectHeading(home, "Trash");
    await home.getByRole("link", { name: "Files", exact: true }).click();
    await expectHeading(home, "Files");
    await expect(home.locator("main")).not.toHaveAttribute("aria-busy");
  };
  const count = () => home.evaluate(() => Number(Reflect.get(window, "lasting")));
  await walk();
  const after = await count();
  expect(after).toBeGreaterThan(10);
  for (let times = 0; times < 5; times += 1) await walk();
  expect(await count()).toBe(after);
  await expectSamePage(home);
});

test("of two pages that are asked for, the later one is shown", async ({ home, person }) => {
  await mark(home);
  let release = () => {};
  const held = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  await home.route("/trash", async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home.locator("main")).toHaveAttribute("aria-busy", "true");
  await home.getByRole("button", { name: person.name, exact: true }).click();
  await home.getByRole("link", { name: "Settings" }).click();
  await expectHeading(home, "Settings");
  release();
  await home.unrouteAll({ behavior: "wait" });
  await expectHeading(home, "Settings");
  await expect(home).toHaveURL("/account");
  await expectSamePage(home);
});

test("a menu that is opened while a page is on its way stays open", async ({ home, person }) => {
  let release = () => {};
  const held = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  await home.route("/trash", async (route) => {
    await held;
    await route.continue();
  });
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home.locator("main")).toHaveAttribute("aria-busy", "true");
  await home.getByRole("button", { name: person.name, exact: true }).click();
  const settings = home.getByRole("link", { name: "Settings" });
  await expect(settings).toBeVisible();
  release();
  await expectHeading(home, "Trash");
  await expect(settings).toBeVisible();
  await settings.click();
  await expectHeading(home, "Settings");
  await expect(settings).toBeHidden();
});

test("a page that is not there is a page, and leads on", async ({ home, watch }) => {
  await upload(home, text("notes.txt"));
  await openFile(home, "notes.txt");
  await mark(home);
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("“notes.txt” is in the trash.")).toBeVisible();
  watch.announce(/status of 404 .*files/);
  await home.goBack();
  await expectHeading(home, "There is nothing here");
  await expect(home).toHaveTitle("There is nothing here · Cloakroom");
  await home.getByRole("link", { name: "Go to your files" }).click();
  await expectHeading(home, "Files");
  await expectSamePage(home);
});

test("a page that does not come is said in words, and what was shown stays", async ({ home, watch }) => {
  await mark(home);
  await home.route("/trash", (route) => route.abort("connectionrefused"), { times: 1 });
  watch.announce(/ERR_CONNECTION_REFUSED GET .*trash/, /console: .*ERR_CONNECTION_REFUSED/);
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home.getByRole("alert").getByText("Cloakroom did not answer.")).toBeVisible();
  await expectHeading(home, "Files");
  await home.getByRole("link", { name: "Trash" }).click();
  await expectHeading(home, "Trash");
  await expect(home.getByText("Cloakroom did not answer.")).toHaveCount(0);
  await expectSamePage(home);
});

test("another version of the app is loaded as a whole, once nothing is under way", async ({ home, server }) => {
  // As it would come from a server that was replaced.
  await home.route("/trash", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/(src="\/static\/[^"]+\/main\.js)"/, '$1?another"');
    await route.fulfill({ response: answer, body });
  });
  const open = await holdStore(home, server.storeOrigin);
  await mark(home);
  await choose(home, text("notes.txt"));
  await expectState(home, "notes.txt", "uploading");
  await home.getByRole("link", { name: "Trash" }).click();
  await expectHeading(home, "Trash");
  await expectSamePage(home);
  open();
  await expectState(home, "notes.txt", "done");
  await home.getByRole("link", { name: "Files", exact: true }).click();
  await expectHeading(home, "Files");
  await expectSamePage(home);
  await home.getByRole("link", { name: "Trash" }).click();
  await expectHeading(home, "Trash");
  await expect(row(home, "notes.txt")).toHaveCount(0);
  await home.unrouteAll({ behavior: "wait" });
});

test("signing out leaves the page", async ({ home, person }) => {
  await home.getByRole("link", { name: "Trash" }).click();
  await expectHeading(home, "Trash");
  await mark(home);
  await signOut(home, person);
  expect(await home.evaluate(() => document.body.dataset["seen"])).toBeUndefined();
});

test("when the session is over and nothing is under way, the door leads on to the page that was asked for", async ({
  home,
  person,
}) => {
  await home.context().clearCookies();
  await home.getByRole("link", { name: "Trash" }).click();
  await expectHeading(home, "Sign in");
  await home.getByLabel("Email").fill(person.email);
  await home.getByLabel("Password").fill(person.password);
  await home.getByRole("button", { name: "Sign in" }).click();
  await expectHeading(home, "Trash");
});
