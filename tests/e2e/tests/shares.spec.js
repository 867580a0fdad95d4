// Sharing by a link: made, copied, opened by somebody without an account, protected, limited, stopped, and taken back.
import { expectAccessible } from "../support/accessible.js";
import { picture, sound, text } from "../support/files.js";
import { makeFolder } from "../support/folders.js";
import { box, card, list, upload, uploadAsAProgram, viewer } from "../support/gallery.js";
import { shareAsAProgram } from "../support/shares.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

/** @param {Page} page */
function dialog(page) {
  return page.getByRole("dialog", { name: /^Share/ });
}

/**
 * @param {Page} page
 * @param {string} file
 * @param {string} folder
 */
async function moveTo(page, file, folder) {
  await card(page, file).focus();
  await page.keyboard.press("m");
  const form = page.getByRole("dialog", { name: "Move 1 file" });
  await form.getByRole("searchbox", { name: "Find a folder" }).fill(folder);
  await expect(form.getByRole("radio")).toHaveCount(1);
  await form.getByRole("radio", { name: folder }).check();
  await form.getByRole("button", { name: "Move" }).click();
  await expect(page.getByText(`“${file}” moved to ${folder}.`)).toBeVisible();
  await expect(card(page, file)).toHaveCount(0);
}

/**
 * @param {Page} page
 * @returns {Promise<string>} what was copied
 */
async function copyLink(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog(page).getByRole("button", { name: "Copy link" }).click();
  await expect(dialog(page).getByText("Link copied.")).toBeVisible();
  // Then it is made, and what it is changed with is drawn.
  await expect(dialog(page).getByRole("button", { name: "Stop sharing" })).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

test("a link is made when it is copied, opened by a guest, stopped, and works again by Undo", async ({
  home,
  open,
  watch,
}) => {
  await upload(home, picture("beach.png"));
  await uploadAsAProgram(home, [text("notes.txt"), text("private.txt")]);
  await home.reload();
  await box(home, "beach.png").check();
  await box(home, "notes.txt").check();
  await home.getByRole("button", { name: "Share", exact: true }).click();
  await expect(dialog(home)).toBeVisible();
  await expectAccessible(home);
  await dialog(home)
    .getByRole("button", { name: "Close" })
    .or(dialog(home).getByRole("link", { name: "Close" }))
    .click();
  await home.goto("/shared");
  await expect(home.getByText("You share nothing.")).toBeVisible();
  await expectAccessible(home);

  await home.goto("/");
  await box(home, "beach.png").check();
  await box(home, "notes.txt").check();
  await home.getByRole("button", { name: "Share", exact: true }).click();
  await dialog(home).getByLabel("Title").fill("Iceland, the best");
  const link = await copyLink(home);
  // What is changed is saved as it is changed.
  await dialog(home).getByLabel("Message").fill("Take what you like.");
  await dialog(home).getByRole("radio", { name: "Never" }).check();
  await expect(dialog(home).getByText("Saved.")).toBeVisible();
  await expect(dialog(home).getByText("It works until you stop sharing")).toBeVisible();
  await dialog(home).getByRole("button", { name: "Done" }).click();
  await expect(dialog(home)).toBeHidden();

  const guest = await open(null);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "Iceland, the best" })).toBeVisible();
  await expect(guest.getByText("Ada Lovelace shares")).toBeVisible();
  await expect(guest.getByText("Take what you like.")).toBeVisible();
  await expect(list(guest).getByRole("link")).toHaveCount(2);
  await expectAccessible(guest);
  await card(guest, "beach.png").click();
  await expect(viewer(guest).getByRole("img", { name: "beach.png" }).last()).toBeVisible();
  // What is in use does not fade while axe is at it.
  await viewer(guest).getByRole("link", { name: "Close" }).focus();
  await expectAccessible(guest);
  const download = guest.waitForEvent("download");
  await guest.keyboard.press("d");
  expect((await download).suggestedFilename()).toBe("beach.png");
  await guest.keyboard.press("Escape");
  await expect(viewer(guest)).toBeHidden();

  await home.goto("/shared");
  const row = home.getByRole("row", { name: /Iceland, the best/ });
  await expect(row).toContainText("1");
  await expectAccessible(home);
  await row.getByRole("button", { name: /^Stop sharing/ }).click();
  await expect(home.getByText("Sharing stopped.")).toBeVisible();
  await expect(home.getByText("You share nothing.")).toBeVisible();
  watch.announce(/status of 410/);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "This link has ended" })).toBeVisible();
  await expectAccessible(guest);
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(row).toBeVisible();
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "Iceland, the best" })).toBeVisible();
});

test("a password and a limit hold, in the viewer too", async ({ home, open, watch }) => {
  await upload(home, picture("beach.png"));
  await card(home, "beach.png").click();
  await expect(viewer(home).getByRole("link", { name: "Share" })).toBeVisible();
  await home.keyboard.press("s");
  const form = dialog(home);
  await form.getByLabel("Password", { exact: true }).check();
  await form.getByLabel("The password").fill("fjord-lantern-42");
  await form.getByLabel("Download limit").check();
  await form.getByLabel("How many downloads").fill("1");
  const link = await copyLink(home);
  await form.getByRole("button", { name: "Done" }).click();

  watch.announce(/status of 403/, /status of 422/, /status of 410/);
  const guest = await open(null);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "For who has the password" })).toBeVisible();
  await expectAccessible(guest);
  await guest.getByLabel("Password").fill("wrong words");
  await guest.getByRole("button", { name: "Open" }).click();
  await expect(guest.getByText("This is not the password.")).toBeVisible();
  await guest.getByLabel("Password").fill("fjord-lantern-42");
  await guest.getByRole("button", { name: "Open" }).click();
  await expect(guest.getByText("1 download is left.")).toBeVisible();
  await card(guest, "beach.png").click();
  await expect(viewer(guest).getByText("This is a small picture of it.")).toBeVisible();
  await expect(viewer(guest).getByRole("button", { name: "Zoom" })).toHaveCount(0);
  const download = guest.waitForEvent("download");
  await viewer(guest).getByRole("button", { name: "Download" }).click();
  await download;
  await guest.reload();
  await expect(guest.getByRole("heading", { name: "This link is used up" })).toBeVisible();
  await expectAccessible(guest);
});

test("a folder is shared, walked about in by a guest, and whoever moves files into it is warned", async ({
  home,
  open,
}) => {
  await uploadAsAProgram(home, [text("fjord.txt"), text("beach.txt"), text("later.txt")]);
  await home.reload();
  const iceland = await makeFolder(home, "Island");
  await moveTo(home, "fjord.txt", "Island");
  await home.goto(iceland);
  await makeFolder(home, "Coast");
  await home.goto("/");
  await moveTo(home, "beach.txt", "Coast");

  await home.goto(iceland);
  await home.getByRole("button", { name: "More for Island" }).click();
  await home.getByRole("group", { name: "Island" }).getByRole("link", { name: "Share" }).click();
  await dialog(home).getByLabel("Title").fill("Iceland");
  await expectAccessible(home);
  const link = await copyLink(home);
  await dialog(home).getByRole("button", { name: "Done" }).click();
  await expect(dialog(home)).toBeHidden();

  const guest = await open(null);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "Iceland", exact: true })).toBeVisible();
  await expect(card(guest, "fjord.txt")).toBeVisible();
  await expectAccessible(guest);
  await guest.getByRole("list", { name: "Folders" }).getByRole("link", { name: "Coast" }).click();
  await expect(guest.getByRole("heading", { name: "Coast", exact: true })).toBeVisible();
  await expect(card(guest, "beach.txt")).toBeVisible();
  await expect(card(guest, "fjord.txt")).toHaveCount(0);
  await expectAccessible(guest);
  await card(guest, "beach.txt").click();
  await expect(viewer(guest).getByRole("heading", { name: "beach.txt" })).toBeVisible();
  await guest.keyboard.press("Escape");
  await expect(viewer(guest)).toBeHidden();
  const crumbs = guest.getByRole("navigation", { name: "Folders above" });
  await expect(crumbs.getByRole("link")).toHaveText(["Iceland"]);
  await crumbs.getByRole("link").click();
  await expect(guest.getByRole("heading", { name: "Iceland", exact: true })).toBeVisible();
  await expect(card(guest, "fjord.txt")).toBeVisible();

  await home.goto("/");
  await card(home, "later.txt").dragTo(home.getByRole("link", { name: "Island", exact: true }));
  await expect(
    home.getByText(/moved to Island\. Shared by a link: whoever has it will see these files\./),
  ).toBeVisible();
  await guest.reload();
  await expect(card(guest, "later.txt")).toBeVisible();
});

test("what a guest plays goes on where it was when the address of its bytes is over", async ({ home, open, watch }) => {
  await uploadAsAProgram(home, [sound("tune.wav", 600)]);
  await home.goto("/");
  const id = (await card(home, "tune.wav").getAttribute("data-page"))?.split("/").at(-1) ?? "";
  const guest = await open(null);
  await guest.goto(`${await shareAsAProgram(home, `id=${id}`)}/files/${id}`);
  const told = (/** @type {(player: HTMLMediaElement) => unknown} */ what) => guest.locator("audio").evaluate(what);
  await expect.poll(() => told((player) => player.duration)).toBe(600);
  // What was handed out is over, until another one is asked for.
  let isOver = true;
  let refused = 0;
  guest.on("request", (request) => {
    if (request.url().endsWith("/content")) isOver = false;
  });
  await guest.route(/tune\.wav\?.*X-Amz-Signature/, (route) => {
    if (!isOver) return route.continue();
    refused += 1;
    return route.fulfill({ status: 403 });
  });
  watch.announce(/status of 403/);
  await told((player) => {
    player.muted = true;
    player.currentTime = 500;
    // It fails, and is begun again.
    void player.play().catch(() => {});
  });
  await expect.poll(() => told((player) => player.currentTime)).toBeGreaterThan(500.5);
  expect(await told((player) => player.paused)).toBe(false);
  expect(refused).toBeGreaterThan(0);
});

test("without JavaScript a link is made on a page and opened by a guest", async ({ home, person, open }) => {
  await uploadAsAProgram(home, [picture("beach.png"), text("notes.txt")]);
  const plain = await open(person, { javaScriptEnabled: false });
  await box(plain, "beach.png").check({ force: true });
  await box(plain, "notes.txt").check({ force: true });
  await plain.getByRole("button", { name: "Share", exact: true }).click();
  await plain.getByLabel("Title").fill("For everyone");
  await plain.getByRole("button", { name: "Done" }).click();
  await expect(plain.getByText("The link works now.")).toBeVisible();
  const link = await plain.getByRole("link", { name: /Open the link/ }).getAttribute("href");
  const guest = await open(null, { javaScriptEnabled: false });
  await guest.goto(link ?? "");
  await expect(list(guest).getByRole("link")).toHaveCount(2);
  await list(guest).getByRole("link", { name: "notes.txt" }).click();
  await expect(guest.getByRole("heading", { name: "notes.txt" })).toBeVisible();
  const download = guest.waitForEvent("download");
  await guest.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("notes.txt");
});
