// A file's own page: looking, linking, downloading, deleting, and another's file.
import { readFile } from "node:fs/promises";
import { bytes, pdf, picture, text } from "../support/files.js";
import { card, list, openFile, upload, uploadAndOpen, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("a picture is shown on its page, and can be opened", async ({ home, server }) => {
  await uploadAndOpen(home, picture("beach.png", { width: 80, height: 60 }));
  const image = home.getByRole("img", { name: "beach.png" });
  await expect
    .poll(() => image.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth))
    .toBe(80);
  await expect(home.getByText("image/png")).toBeVisible();
  await home.getByRole("link", { name: "Open", exact: true }).click();
  await expect(home).toHaveURL((url) => url.origin === server.storeOrigin);
});

test("a file without a preview says so", async ({ home }) => {
  await uploadAndOpen(home, bytes("backup.bin", 100));
  await expect(home.getByText("This type cannot be shown here.")).toBeVisible();
  await expect(home.getByRole("link", { name: "Open", exact: true })).toHaveCount(0);
});

test("the link is copied, and leads to the file", async ({ home, context, server }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  const file = picture("beach.png");
  await uploadAndOpen(home, file);
  await home.getByRole("button", { name: "Copy link" }).click();
  await expect(home.getByRole("status").filter({ hasText: "Copied." })).toBeVisible();
  const link = await home.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(await home.getByLabel("Link").inputValue());
  expect(await (await home.request.get(link)).body()).toEqual(file.buffer);
});

test("the downloaded bytes are the uploaded ones, under the same name", async ({ home, watch }) => {
  const file = bytes("Grüße aus dem Süden (1).bin", 150_000);
  await uploadAndOpen(home, file);
  // A download begins as a visit that the browser gives up.
  watch.allow(/ERR_ABORTED GET .*response-content-disposition/);
  const [download] = await Promise.all([
    home.waitForEvent("download"),
    home.getByRole("link", { name: "Download", exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(file.name);
  expect(await readFile(await download.path())).toEqual(file.buffer);
});

test("a deleted file goes to the trash, and Undo brings it back", async ({ home }) => {
  await uploadAndOpen(home, text("notes.txt"));
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("“notes.txt” is in the trash.")).toBeVisible();
  await expect(card(home, "notes.txt")).toHaveCount(0);
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(home.getByText("“notes.txt” is back.")).toBeVisible();
  await expect(card(home, "notes.txt")).toBeVisible();
});

test("a file is restored from the trash", async ({ home }) => {
  await upload(home, text("kept.txt"), text("gone.txt"));
  await openFile(home, "gone.txt");
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await home.getByRole("link", { name: "Trash" }).click();
  const trash = home.getByRole("list", { name: "Files in the trash" });
  await expect(trash.getByRole("listitem")).toHaveText(/gone\.txt/);
  await trash.getByRole("checkbox", { name: "Select gone.txt" }).check();
  await home.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(home.getByText("“gone.txt” is back.")).toBeVisible();
  await expect(home.getByText("The trash is empty.")).toBeVisible();
  await home.getByRole("link", { name: "Files", exact: true }).click();
  await expect(card(home, "gone.txt")).toBeVisible();
});

test("the page of a file in the trash is not there", async ({ home, watch }) => {
  await uploadAndOpen(home, text("notes.txt"));
  const address = home.url();
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("“notes.txt” is in the trash.")).toBeVisible();
  watch.announce(/status of 404 .*files/);
  expect((await home.goto(address))?.status()).toBe(404);
  await expect(home.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
});

test("another person's file does not exist", async ({ home, open, createPerson, watch }) => {
  await uploadAndOpen(home, text("private.txt"));
  const stranger = await open(await createPerson("member", "Mallory"));
  watch.announce(/status of 404 .*files/);
  for (const address of [home.url(), `${home.url()}/content`, `${home.url()}/download`]) {
    expect((await stranger.goto(address))?.status()).toBe(404);
    await expect(stranger.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  }
  await stranger.getByRole("link", { name: "Go to your files" }).click();
  await expect(stranger.getByText("Nothing here yet")).toBeVisible();
});

test("a drawing is seen as a picture, runs and loads nothing, and is saved wherever else it is gone to", async ({
  home,
  watch,
}) => {
  /** @type {string[]} */
  const wrong = [];
  home.on("request", (request) => void (request.url().includes("elsewhere.invalid") && wrong.push(request.url())));
  home.on("dialog", (dialog) => void (wrong.push(dialog.message()), dialog.dismiss()));
  const words = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" onload="alert(1)"><script>alert(2)</script>
    <image href="https://elsewhere.invalid/a.png" width="9" height="9"/><rect width="200" height="100" fill="teal"/></svg>`;
  await upload(home, { name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(words) });
  await expect(list(home).locator("img")).toHaveJSProperty("naturalWidth", 512);
  await card(home, "logo.svg").click();
  const picture = viewer(home).getByRole("img", { name: "logo.svg" });
  await expect(picture).toHaveJSProperty("naturalWidth", 300);
  const address = (await picture.getAttribute("src")) ?? "";
  watch.allow(/net::ERR_ABORTED/);
  const framed = home.waitForEvent("download");
  await home.evaluate((src) => document.body.append(Object.assign(document.createElement("iframe"), { src })), address);
  expect((await framed).suggestedFilename()).toBe("logo.svg");
  const saved = home.waitForEvent("download");
  await home.evaluate((url) => location.assign(url), address);
  expect((await saved).suggestedFilename()).toBe("logo.svg");
  expect(wrong).toEqual([]);
});

test("a document has its first page on its paper, and nothing that was sent is read again", async ({ home }) => {
  /** @type {string[]} */
  const read = [];
  home.on("request", (request) => void (/\/content$/.test(request.url()) && read.push(request.url())));
  const broken = { ...pdf("broken.pdf"), buffer: Buffer.from("%PDF-1.7\nno more") };
  await upload(home, broken, pdf("wide.pdf"), text("notes.txt"));
  const pages = list(home).locator(".page img");
  await expect(pages).toHaveCount(2);
  // That nothing comes of the third is known last, if it is drawn last.
  await home.waitForFunction(() => localStorage.getItem("cloakroom-without-thumbnail"));
  await home.reload();
  await expect(pages).toHaveCount(2);
  await expect(card(home, "wide.pdf").locator("img")).toHaveJSProperty("naturalHeight", 341);
  await expect(card(home, "notes.txt").locator("img")).toHaveJSProperty("naturalHeight", 512);
  expect(read).toEqual([]);
});
