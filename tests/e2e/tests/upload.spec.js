// Files on their way: rows, cards, and where the bytes go.
import { bytes, picture, text } from "../support/files.js";
import { card, choose, drop, expectState, expectWords, row, upload } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("chosen files show their progress and become cards without a reload", async ({ home, server }) => {
  const files = [picture("beach.png"), text("notes.txt"), bytes("backup.bin", 300_000)];
  // A page that is loaded again forgets this.
  await home.evaluate(() => { document.body.dataset["seen"] = "yes"; });
  let open = () => {};
  const gate = new Promise((resolve) => { open = () => resolve(undefined); });
  await home.route(`${server.storeOrigin}/**`, async (route) => {
    await gate;
    await route.continue();
  });

  await choose(home, ...files);
  for (const { name } of files) {
    await expectState(home, name, "uploading");
    await expect(row(home, name).getByRole("progressbar", { name })).toBeVisible();
  }
  open();
  for (const { name } of files) {
    await expectState(home, name, "done");
    await expectWords(home, name, "Done");
    await expect(card(home, name)).toBeVisible();
  }
  expect(await home.evaluate(() => document.body.dataset["seen"])).toBe("yes");
});

test("dropped files are uploaded", async ({ home }) => {
  const files = [picture("one.png"), picture("two.png"), text("three.txt"), text("four.txt"), text("five.txt")];
  await drop(home, ...files);
  for (const { name } of files) {
    await expectState(home, name, "done");
    await expect(card(home, name)).toBeVisible();
  }
});

test("the bytes go to the store and never to the app", async ({ home, server }) => {
  const secret = "a sentence that only the store may read";
  /** @type {import("@playwright/test").Request[]} */
  const requests = [];
  home.on("request", (request) => requests.push(request));
  await upload(home, text("secret.txt", secret));

  const puts = requests.filter((request) => request.method() === "PUT");
  expect(puts.map((request) => new URL(request.url()).origin)).toEqual([server.storeOrigin]);
  const told = requests.filter((request) => request.url().startsWith(server.url));
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((request) => request.postData()?.includes(secret))).toEqual([]);
});

test("the preview of a picture loads", async ({ home }) => {
  await upload(home, picture("beach.png", { width: 80, height: 60 }));
  const image = card(home, "beach.png").locator("img");
  await expect.poll(() => image.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth)).toBe(80);
});

test("an empty file is a file", async ({ home }) => {
  await upload(home, text("empty.txt", ""));
});

test("a name that is too long for the store keeps its extension", async ({ home }) => {
  const file = text(`${"long ".repeat(48)}name.txt`);
  await choose(home, file);
  await expectState(home, file.name, "done");
  await expect(home.getByRole("list", { name: "Files" }).getByRole("link", { name: /^long long .*\.txt$/ })).toBeVisible();
});

test("a file over the limit is refused in words before anything is sent", async ({ openServer, open }) => {
  const server = await openServer({ SINGLE_PUT_MAX: "100 KiB" });
  const page = await open(null, { baseURL: server.url });
  await setUp(page, await server.setUpLink());
  /** @type {string[]} */
  const sent = [];
  page.on("request", (request) => sent.push(request.url()));
  await choose(page, bytes("film.bin", 100 * 1024 + 1));
  await expectState(page, "film.bin", "failed");
  await expectWords(page, "film.bin", "larger than the 100.0 KiB");
  await expect(row(page, "film.bin").getByRole("button")).toHaveCount(0);
  expect(sent).toEqual([]);
  await upload(page, bytes("clip.bin", 100 * 1024));
});

test("a file whose bytes contradict its type is told to its owner, and shown to admins alone", async ({ home, open, createPerson, person }) => {
  const liar = { ...text("portrait.png", "These are words."), mimeType: "image/png" };
  await choose(home, liar);
  await expectState(home, liar.name, "failed");
  await expectWords(home, liar.name, "first bytes do not fit its type");
  await home.reload();
  await expect(card(home, liar.name)).toHaveCount(0);

  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}`);
  await expect(admin.getByRole("row", { name: liar.name }).getByText("quarantined")).toBeVisible();
});

test("a name with an invisible control character is refused in words", async ({ home, watch }) => {
  const file = text("holiday\u202Egnp.exe");
  watch.announce(/status of 422 .*presign-upload/);
  await choose(home, file);
  await expectState(home, file.name, "failed");
  await expectWords(home, file.name, "invisible control character");
});

test("hostile names are shown as text", async ({ home }) => {
  const files = [text("<img src=x onerror=alert(1)>.txt"), text("<script>alert(2)<script>.txt"), text(`'"&amp;{{7*7}}%41.txt`)];
  home.on("dialog", () => { throw new Error("a file's name was run"); });
  await upload(home, ...files);
  for (const { name } of files) {
    await home.goto("/");
    await card(home, name).click();
    await expect(home.getByRole("heading", { name })).toHaveText(name);
    await home.getByRole("button", { name: "Delete" }).click();
    await expect(home.getByText(`“${name}” is in the trash.`)).toBeVisible();
  }
});

/**
 * @param {import("../support/test.js").Page} page
 * @param {string} link
 */
async function setUp(page, link) {
  await page.goto(link);
  await page.getByLabel("Name").fill("Grace");
  await page.getByLabel("Email").fill("grace@example.com");
  await page.getByLabel("Password").fill("three plain words");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
}
