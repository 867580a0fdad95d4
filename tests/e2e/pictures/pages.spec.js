// Every page in every state, on a telephone and on a desk, by day and by night.
import { fileURLToPath } from "node:url";
import { bytes, text } from "../support/files.js";
import { makeFolder } from "../support/folders.js";
import { box, card, choose, expectState, openFile, row, uploadAsAProgram, viewer } from "../support/gallery.js";
import { landscapes } from "../support/landscapes.js";
import { expect, fillInSignIn, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

const FOLDER = new URL("../screenshots/", import.meta.url);
const LONG = "An itinerary with a rather long name, which goes on and on and is then cut off somewhere.txt";
const WIDTHS = [320, 390, 768, 1440, 2560];
const SCHEMES = /** @type {const} */ (["light", "dark"]);

test("the doors", async ({ openServer, page, person, watch }) => {
  await page.goto("/sign-in");
  await shoot(page, "sign-in");
  watch.announce(/status of 401/, /status of 404/);
  await fillInSignIn(page, { ...person, password: "no such words" });
  await page.getByRole("alert").getByText("password").waitFor();
  await shoot(page, "sign-in-refused");
  await page.goto("/nowhere");
  await shoot(page, "error");
  const server = await openServer();
  await page.goto(server.url);
  await shoot(page, "sign-in-before-set-up");
  await page.goto(await server.setUpLink());
  await shoot(page, "set-up");
});

test("files", async ({ home, server, watch }) => {
  await shoot(home, "gallery-empty");
  await uploadAsAProgram(home, [...landscapes(), text("Packing list.txt"), bytes("backup-2026-11.tar", 3_000)]);
  await home.reload();
  await expect(home.locator("[data-without-thumbnail]")).toHaveCount(0);
  await shoot(home, "gallery");

  await choose(home, text("Done.txt"), { ...text("Not a picture.png"), mimeType: "image/png" });
  await expectState(home, "Done.txt", "done");
  await expectState(home, "Not a picture.png", "failed");
  // From here on the store takes files, and answers nothing.
  await home.route(`${server.storeOrigin}/**`, (route) =>
    route.request().method() === "PUT" ? undefined : route.continue(),
  );
  await choose(home, text(LONG), text("Itinerary.txt"), text("Tickets.pdf"), text("Insurance.pdf"));
  await expectState(home, "Tickets.pdf", "uploading");
  await shoot(home, "uploading");
  watch.announce(/ERR_ABORTED PUT/);
  for (const name of ["Insurance.pdf", "Tickets.pdf", "Itinerary.txt", LONG]) {
    await row(home, name).getByRole("button", { name: "Cancel" }).click();
    await expectState(home, name, "cancelled");
  }
  await shoot(home, "upload-cancelled");
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

test("a file, and the trash", async ({ home }) => {
  await home.goto("/trash");
  await shoot(home, "trash-empty");
  await uploadAsAProgram(home, [...landscapes().slice(-2), text("Packing list.txt"), text(LONG)]);
  await home.goto("/");
  for (const [place, name] of [
    ["viewer-picture", "Sunrise over the bay.png"],
    ["viewer-text", "Packing list.txt"],
  ]) {
    await card(home, name ?? "").click();
    await expect(viewer(home)).toBeVisible();
    await shoot(home, place ?? "");
    await viewer(home).getByRole("link", { name: "Close" }).click();
  }
  await box(home, "Packing list.txt").check();
  await box(home, "Sunrise over the bay.png").check();
  await shoot(home, "gallery-selected");
  await home.goto("/?view=list");
  await shoot(home, "gallery-list");
  await home.goto("/?view=grid&name=nothing");
  await shoot(home, "gallery-no-match");
  await home.keyboard.press("?");
  await shoot(home, "keys");
  await home.goto("/account");
  await shoot(home, "account");
  await home.getByRole("button", { name: "Ada Lovelace" }).click();
  await shoot(home, "menu");
  for (const [picture, name] of [
    ["file-picture", "Sunrise over the bay.png"],
    ["file-text", "Packing list.txt"],
    ["file-long", LONG],
  ]) {
    await home.goto("/");
    await openFile(home, name ?? "");
    await shoot(home, picture ?? "");
    await home.getByRole("button", { name: "Trash", exact: true }).click();
    await expect(home.getByRole("button", { name: "Undo" })).toBeVisible();
  }
  await shoot(home, "gallery-deleted");
  await home.goto("/trash");
  await shoot(home, "trash");
  await home.getByRole("button", { name: "Empty trash" }).click();
  await expect(home.getByRole("dialog")).toBeVisible();
  await shoot(home, "trash-question");
});

test("folders and links", async ({ home, open }) => {
  await uploadAsAProgram(home, [...landscapes().slice(-2), text("Packing list.txt")]);
  for (const name of ["Iceland 2026", "Recipes"]) await makeFolder(home, name);
  await home.goto("/");
  await shoot(home, "gallery-folders");
  await home.getByRole("link", { name: "Iceland 2026", exact: true }).click();
  await expect(home.getByRole("heading", { level: 1, name: "Iceland 2026" })).toBeVisible();
  await shoot(home, "folder-empty");
  const pictures = landscapes().slice(0, 5);
  await choose(home, ...pictures);
  for (const { name } of pictures) await expectState(home, name, "done");
  await makeFolder(home, "South coast");
  await home.reload();
  await shoot(home, "folder");
  await home.getByRole("button", { name: "More for Iceland 2026" }).click();
  await home.getByRole("group", { name: "Iceland 2026" }).getByRole("button", { name: "Move" }).click();
  await expect(home.getByRole("dialog")).toBeVisible();
  await shoot(home, "move");
  await home.keyboard.press("Escape");
  await home.getByRole("button", { name: "More for Iceland 2026" }).click();
  await home.getByRole("group", { name: "Iceland 2026" }).getByRole("link", { name: "Share" }).click();
  const dialog = home.getByRole("dialog", { name: /^Share/ });
  await expect(dialog).toBeVisible();
  await shoot(home, "share-dialog");
  await home.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog.getByText("Link copied.")).toBeVisible();
  const link = await home.evaluate(() => navigator.clipboard.readText());
  await home.goto("/shared");
  await shoot(home, "shared");
  const guest = await open(null);
  await guest.goto(link);
  await shoot(guest, "guest");
  await guest.getByRole("link", { name: pictures[0]?.name, exact: true }).click();
  await shoot(guest, "guest-view");
});

test("the admin's list", async ({ home, open, person, createPerson, watch }) => {
  await uploadAsAProgram(home, [...landscapes().slice(-5), text(LONG)]);
  await choose(home, { ...text("Not a picture.png"), mimeType: "image/png" });
  await expectState(home, "Not a picture.png", "failed");
  watch.announce(/status of 403/);
  await home.goto("/admin/files");
  await shoot(home, "forbidden");
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}`);
  await shoot(admin, "admin");
  await admin.goto("/admin/files?name=nothing");
  await shoot(admin, "admin-no-match");
  for (const place of ["", "/users", "/events"]) {
    await admin.goto(`/admin${place}`);
    await shoot(admin, `admin${place.replace("/", "-") || "-overview"}`);
  }
  await admin.getByRole("link", { name: "People" }).click();
  await admin.getByRole("link", { name: person.email }).click();
  await admin.getByRole("button", { name: "Make a password link" }).click();
  await shoot(admin, "admin-user");
  await admin.goto("/admin/files?name=Not+a+picture");
  await admin.getByRole("link", { name: "Not a picture.png" }).first().click();
  await shoot(admin, "admin-file");
  await admin.getByRole("button", { name: "Delete forever" }).click();
  await shoot(admin, "admin-purge");
  await admin.goto("/styleguide");
  await shoot(admin, "styleguide");
});

test("the pictures for the README", async ({ home }) => {
  const keep = (/** @type {string} */ name) =>
    home.screenshot({ path: `${process.env["README_PICTURES"] ?? fileURLToPath(FOLDER)}/${name}.png` });
  await home.setViewportSize({ width: 1280, height: 800 });
  await home.emulateMedia({ colorScheme: "light" });
  const papers = [
    text("Packing list.txt"),
    { ...bytes("Trip budget.xlsx", 48_000), mimeType: "application/octet-stream" },
  ];
  for (const file of [...landscapes().slice(0, -3), ...papers, ...landscapes().slice(-3)])
    await uploadAsAProgram(home, [file]);
  await home.reload();
  await allPicturesShown(home);
  await expect(home.locator("[data-without-thumbnail]")).toHaveCount(0);
  await home.evaluate(() => scrollTo(0, 0));
  await keep("gallery");
  await home.setViewportSize({ width: 390, height: 844 });
  await keep("phone");
  await home.setViewportSize({ width: 1280, height: 800 });
  await card(home, "Sunrise over the bay.png").click();
  await viewer(home).getByRole("button", { name: "Details", exact: true }).click();
  await allPicturesShown(home);
  await keep("viewer");
});

/**
 * @param {Page} page
 * @param {string} name
 */
async function shoot(page, name) {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await allPicturesShown(page);
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({
        path: fileURLToPath(new URL(`${name}-${width}-${colorScheme}.png`, FOLDER)),
        fullPage: true,
        // To hide it, Playwright would leave a style in the page.
        caret: "initial",
        // Colours change slowly, from day to night too.
        animations: "disabled",
      });
    }
  }
}

/** @param {Page} page */
async function allPicturesShown(page) {
  const place =
    (await page.locator("dialog[open]").count()) > 0 ? page.locator("dialog[open]") : page.getByRole("main");
  for (const image of await place.locator("img:visible").all()) {
    await image.scrollIntoViewIfNeeded();
    await expect
      .poll(() =>
        image.evaluate(
          (element) => element instanceof HTMLImageElement && element.complete && element.naturalWidth > 0,
        ),
      )
      .toBe(true);
  }
}
