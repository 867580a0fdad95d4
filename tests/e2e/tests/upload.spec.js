// Files on their way: rows, cards, and where the bytes go.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { bytes, picture, text } from "../support/files.js";
import { card, choose, drop, expectState, expectWords, openFile, row, upload } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("chosen files show their progress and become cards without a reload", async ({ home, server }) => {
  const files = [picture("beach.png"), text("notes.txt"), bytes("backup.bin", 300_000)];
  // A page that is loaded again forgets this.
  await home.evaluate(() => {
    document.body.dataset["seen"] = "yes";
  });
  let open = () => {};
  const gate = new Promise((resolve) => {
    open = () => resolve(undefined);
  });
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

  // Its first page may have followed it.
  const puts = requests.filter((request) => request.method() === "PUT");
  expect(new Set(puts.map((request) => new URL(request.url()).origin))).toEqual(new Set([server.storeOrigin]));
  const told = requests.filter((request) => request.url().startsWith(server.url));
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((request) => request.postData()?.includes(secret))).toEqual([]);
});

test("a type that is refused is said before anything is sent", async ({ openServer, open }) => {
  const server = await openServer({ ALLOWED_TYPES: "image/*" });
  const page = await open(null, { baseURL: server.url });
  await setUp(page, await server.setUpLink());
  /** @type {string[]} */
  const sent = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") sent.push(request.url());
  });
  await choose(page, text("notes.txt"));
  await expectState(page, "notes.txt", "failed");
  await expectWords(page, "notes.txt", "only image/*");
  expect(sent).toEqual([]);
  await upload(page, picture("beach.png"));
});

test("the checksum is signed into the URL, and shown on the file's page", async ({ home, server }) => {
  const file = text("notes.txt", "what the checksum is of");
  const [put] = await Promise.all([
    home.waitForRequest((request) => request.method() === "PUT" && request.url().startsWith(server.storeOrigin)),
    upload(home, file),
  ]);
  const checksum = createHash("sha256").update(file.buffer).digest("base64");
  expect(put.headers()["x-amz-checksum-sha256"]).toBe(checksum);
  await openFile(home, file.name);
  await home.getByText("Checksum and storage").click();
  await expect(home.getByText(Buffer.from(checksum, "base64").toString("hex"))).toBeVisible();
});

test("the veil says what dropping will do, on any page", async ({ home }) => {
  await home.goto("/trash");
  const dataTransfer = await home.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["x"], "x.txt"));
    return transfer;
  });
  await home.locator("body").dispatchEvent("dragover", { dataTransfer });
  await expect(home.getByText("Drop to upload to your files")).toBeVisible();
  await home.locator("body").dispatchEvent("dragleave", { dataTransfer });
  await expect(home.getByText("Drop to upload to your files")).toBeHidden();
  await drop(home, text("dropped in the trash.txt"));
  await expectState(home, "dropped in the trash.txt", "done");
  await home.goto("/");
  await expect(card(home, "dropped in the trash.txt")).toBeVisible();
});

test("the queue says how far all of it is, speaks of milestones, and is cleared", async ({ home, server }) => {
  let open = () => {};
  const gate = new Promise((resolve) => {
    open = () => resolve(undefined);
  });
  await home.route(`${server.storeOrigin}/**`, async (route) => {
    await gate;
    await route.continue();
  });
  const files = Array.from({ length: 7 }, (_, number) => bytes(`${number + 1}.bin`, 30_000));
  await choose(home, ...files);
  const queue = home.getByRole("region", { name: "Upload" });
  await expect(queue.getByRole("heading", { name: "Uploading 1 of 7" })).toBeVisible();
  await expect(queue.getByRole("progressbar", { name: "All uploads" })).toBeVisible();
  await expectState(home, "7.bin", "waiting");
  open();
  await expect(queue.getByRole("heading", { name: "7 uploaded" })).toBeVisible();
  await expect(
    home.getByRole("status").filter({ hasText: "All uploads are finished: 7 uploaded, 0 not." }),
  ).toHaveCount(1);
  await expect(queue.getByText("7 files · 210 KB")).toBeVisible();
  await queue.getByRole("button", { name: "Clear" }).click();
  await expect(queue).toBeHidden();
});

test("a speed is told in whole bytes", async () => {
  const script = await readFile(new URL("../../../static/js/upload/transfer_rate.js", import.meta.url), "base64");
  const { size } = await import(`data:text/javascript;base64,${script}`);
  const told = [0.4, 1.2, 506.2173497189444, 999.6, 1_499.2].map(size);
  expect(told).toEqual(["0 bytes", "1 byte", "506 bytes", "1 KB", "1 KB"]);
});

test("leaving the app is warned of only while something is on its way", async ({ home, server, watch }) => {
  await upload(home, text("done.txt"));
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home.getByRole("heading", { name: "Trash" })).toBeVisible();
  await home.getByRole("link", { name: "Files", exact: true }).click();
  await expect(home.getByRole("heading", { name: "Files" })).toBeVisible();
  await home.route(`${server.storeOrigin}/**`, (route) =>
    route.request().method() === "PUT" ? undefined : route.continue(),
  );
  await choose(home, text("stuck.txt"));
  await expectState(home, "stuck.txt", "uploading");
  const asked = new Promise((resolve) => {
    home.once("dialog", (dialog) => {
      resolve(dialog.type());
      void dialog.dismiss();
    });
  });
  // Another page of the app is not left for.
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home.getByRole("heading", { name: "Trash" })).toBeVisible();
  await expectState(home, "stuck.txt", "uploading");
  await home.evaluate(() => void setTimeout(() => location.reload()));
  expect(await asked).toBe("beforeunload");
  watch.announce(/ERR_ABORTED PUT/);
  await home.getByRole("button", { name: "Cancel all" }).click();
  await expectState(home, "stuck.txt", "cancelled");
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

test("the preview of a picture loads", async ({ home }) => {
  await upload(home, picture("beach.png", { width: 80, height: 60 }));
  const image = card(home, "beach.png").locator("img");
  await expect
    .poll(() => image.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth))
    .toBe(80);
});

test("an empty file is a file", async ({ home }) => {
  await upload(home, text("empty.txt", ""));
});

test("a name that is too long for the store keeps its extension", async ({ home }) => {
  const file = text(`${"long ".repeat(48)}name.txt`);
  await choose(home, file);
  await expectState(home, file.name, "done");
  await expect(
    home.getByRole("list", { name: "Files" }).getByRole("link", { name: /^long long .*\.txt$/ }),
  ).toBeVisible();
});

test("a file over the limit is refused in words before anything is sent", async ({ openServer, open }) => {
  const server = await openServer({ MAX_UPLOAD_SIZE: "100 KiB" });
  const page = await open(null, { baseURL: server.url });
  await setUp(page, await server.setUpLink());
  /** @type {string[]} */
  const sent = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") sent.push(request.url());
  });
  await choose(page, bytes("film.bin", 100 * 1024 + 1));
  await expectState(page, "film.bin", "failed");
  await expectWords(page, "film.bin", "Larger than the 102 KB");
  await expect(row(page, "film.bin").getByRole("button", { name: "Retry" })).toHaveCount(0);
  expect(sent).toEqual([]);
  await upload(page, bytes("clip.bin", 100 * 1024));
});

test("a file whose bytes contradict its type is told to its owner, and shown to admins alone", async ({
  home,
  open,
  createPerson,
  person,
}) => {
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
  const files = [
    text("<img src=x onerror=alert(1)>.txt"),
    text("<script>alert(2)<script>.txt"),
    text(`'"&amp;{{7*7}}%41.txt`),
  ];
  home.on("dialog", () => {
    throw new Error("a file's name was run");
  });
  await upload(home, ...files);
  for (const { name } of files) {
    await home.goto("/");
    await openFile(home, name);
    await expect(home.getByRole("heading", { name, level: 1 })).toHaveText(name);
    await home.getByRole("button", { name: "Trash", exact: true }).click();
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
