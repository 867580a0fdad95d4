// Large files: in parts, each checked, and after a break only what is missing.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onDisk } from "../support/disk.js";
import { bytes } from "../support/files.js";
import { card, expectInTime, expectState, row } from "../support/gallery.js";
import { entries } from "../support/memory.js";
import { expect, fillInSignIn, somebody, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

/** Four parts of 8 MiB, and a bit. */
const FILE = bytes("film.bin", 33_600_000);

/** @type {(open: import("../support/test.js").TestFixtures["open"], openServer: import("../support/test.js").TestFixtures["openServer"]) => Promise<{page: Page, server: import("../support/test.js").Server}>} */
async function begin(open, openServer) {
  const server = await openServer({ SINGLE_PUT_MAX: "5 MiB", MAX_UPLOAD_SIZE: "1 GiB" });
  const person = somebody("Ada Lovelace", "member");
  await server.createUser(person);
  const page = await open(null, { baseURL: server.url });
  await page.goto("/");
  await fillInSignIn(page, person);
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  return { page, server };
}

test("a large file goes in parts, each with its checksum, and is the same afterwards", async ({ open, openServer }) => {
  const { page, server } = await begin(open, openServer);
  const sent = parts(page, server.storeOrigin);
  await chooseFilm(page);
  await expectArrival(page);
  expect(sent.map(({ part }) => part).toSorted()).toEqual(["1", "2", "3", "4", "5"]);
  expect(sent.every(({ checksum }) => /^[\w+/]{6}==$/.test(checksum ?? ""))).toBe(true);
  const address = new URL((await card(page, FILE.name).getAttribute("href")) ?? "", server.url);
  const answer = await page.request.get(address.pathname.replace(/view$/, "content"));
  const hash = (/** @type {Buffer} */ buffer) => createHash("sha256").update(buffer).digest("hex");
  expect(hash(await answer.body())).toBe(hash(FILE.buffer));
});

test("a part that breaks off is sent again alone", async ({ open, openServer, watch }) => {
  const { page, server } = await begin(open, openServer);
  let broken = 0;
  await page.route(/partNumber=2/, async (route) => {
    if (route.request().method() !== "PUT" || (broken += 1) > 2) return route.continue();
    await route.abort("connectionreset");
  });
  watch.announce(/ERR_CONNECTION_RESET PUT/, /console: .*ERR_CONNECTION_RESET/);
  const sent = parts(page, server.storeOrigin);
  await chooseFilm(page);
  await expectArrival(page);
  expect(sent.filter(({ part }) => part === "2")).toHaveLength(3);
  expect(sent.filter(({ part }) => part !== "2")).toHaveLength(4);
});

test("a part that the store refuses without a word for scripts ends the upload in words", async ({
  open,
  openServer,
  watch,
}) => {
  const { page } = await begin(open, openServer);
  // As a browser tells of an answer without the headers of CORS.
  await page.route(/partNumber=2/, (route) =>
    route.request().method() === "PUT" ? route.abort("failed") : route.continue(),
  );
  watch.announce(/ERR_FAILED PUT/, /console: .*ERR_FAILED/);
  await page.clock.install();
  await chooseFilm(page);
  await expectInTime(page, FILE.name, "failed");
  await expect(row(page, FILE.name)).toContainText("Storage does not take the file.");
  await page.unrouteAll();
  await row(page, FILE.name).getByRole("button", { name: "Retry" }).click();
  await expectArrival(page);
});

test("after a reload only the missing parts are sent", async ({ open, openServer, watch }) => {
  const { page, server } = await begin(open, openServer);
  await onDisk({ "film.bin": FILE.buffer }, async (folder) => {
    page.on("dialog", (dialog) => void dialog.accept());
    let held = 0;
    await page.route(/partNumber=[45]/, (route) =>
      route.request().method() === "PUT" ? void (held += 1) : route.continue(),
    );
    const before = parts(page, server.storeOrigin, true);
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await expect.poll(() => before.length).toBe(3);
    await expect.poll(() => held).toBe(2);
    await expectBegun(page);
    // It might be there as a whole: that is asked first.
    watch.announce(/status of 409 .*completion/);
    await page.reload();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await expectState(page, "film.bin", "paused");
    const after = parts(page, server.storeOrigin);
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await expectArrival(page);
    expect(after.map(({ part }) => part).toSorted()).toEqual(["4", "5"]);
    await expect(card(page, "film.bin")).toHaveCount(1);
  });
});

test("a row that another tab still has does not stop a large file that goes on here", async ({
  open,
  openServer,
  watch,
}) => {
  const { page } = await begin(open, openServer);
  await onDisk({ "film.bin": FILE.buffer }, async (folder) => {
    page.on("dialog", (dialog) => void dialog.accept());
    let letPass = () => {};
    const gate = new Promise((resolve) => (letPass = () => resolve(undefined)));
    let held = 0;
    await page.route(/partNumber=5/, async (route) => {
      held += 1;
      await gate;
      await route.continue().catch(() => {});
    });
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await expect.poll(() => held).toBe(1);
    await expectBegun(page);
    watch.announce(/status of 409 .*completion/);
    await page.reload();
    await expectState(page, "film.bin", "paused");
    const stale = await page.context().newPage();
    await stale.goto("/");
    await expectState(stale, "film.bin", "paused");
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await expect.poll(() => held).toBe(2);
    const later = await page.context().newPage();
    await later.goto("/");
    await later.waitForLoadState("networkidle");
    await expect(row(later, "film.bin"), "it is not unfinished while it is sent").toHaveCount(0);
    let deleted = 0;
    stale.on("request", (request) => void (deleted += request.method() === "DELETE" ? 1 : 0));
    await row(stale, "film.bin").getByRole("button", { name: "Dismiss film.bin" }).click();
    await expect(row(stale, "film.bin")).toHaveCount(0);
    letPass();
    await expectArrival(page);
    expect(deleted).toBe(0);
    expect(held, "nothing began at its beginning").toBe(2);
    await expect(card(page, "film.bin")).toHaveCount(1);
  });
});

test("a large file that is wanted twice is there twice", async ({ open, openServer }) => {
  const { page } = await begin(open, openServer);
  await onDisk({ "film.bin": FILE.buffer }, async (folder) => {
    let letPass = () => {};
    const gate = new Promise((resolve) => (letPass = () => resolve(undefined)));
    let held = 0;
    await page.route(/partNumber=5/, async (route) => {
      held += 1;
      await gate;
      await route.continue();
    });
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await expect.poll(() => held).toBe(1);
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await page.getByRole("button", { name: "Upload film.bin again" }).click();
    await expect.poll(async () => new Set((await entries(page)).map(({ attempt }) => attempt.uploadId)).size).toBe(2);
    letPass();
    await expect(card(page, "film.bin")).toHaveCount(2, { timeout: 60_000 });
  });
});

test("a large file whose parts are all there needs not be chosen again", async ({ open, openServer }) => {
  const { page } = await begin(open, openServer);
  await onDisk({ "film.bin": FILE.buffer }, async (folder) => {
    page.on("dialog", (dialog) => void dialog.accept());
    let asked = 0;
    await page.route(/completion$/, () => void (asked += 1));
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await expect.poll(() => asked, "all parts are there").toBe(1);
    await expectBegun(page);
    await page.reload();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.reload();
    await expect(card(page, "film.bin")).toHaveCount(1);
    await expect(row(page, "film.bin")).toHaveCount(0);
  });
});

test("what a tab leaves unfinished when it is closed, another one takes up", async ({ open, openServer }) => {
  const { page } = await begin(open, openServer);
  await onDisk({ "film.bin": FILE.buffer }, async (folder) => {
    let asked = 0;
    await page.route(/completion$/, () => void (asked += 1));
    await page.getByLabel("Choose files").setInputFiles(join(folder, "film.bin"));
    await expect.poll(() => asked, "all parts are there").toBe(1);
    await expectBegun(page);
    const other = await page.context().newPage();
    await other.goto("/");
    await other.waitForLoadState("networkidle");
    await expect(row(other, "film.bin"), "it is the first tab's while that lives").toHaveCount(0);
    await page.close();
    await expect(card(other, "film.bin")).toHaveCount(1);
    await expect(row(other, "film.bin")).toHaveCount(0);
  });
});

test("a large file that is cancelled leaves no parts, and begins anew", async ({ open, openServer, watch }) => {
  const { page } = await begin(open, openServer);
  let held = 0;
  await page.route(/partNumber=3/, (route) =>
    route.request().method() === "PUT" ? void (held += 1) : route.continue(),
  );
  watch.announce(/ERR_ABORTED PUT/);
  await chooseFilm(page);
  await expect.poll(() => held, "a part is on its way").toBe(1);
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.method() === "DELETE" && one.url().includes("/multipart-uploads/")),
    row(page, FILE.name).getByRole("button", { name: "Cancel" }).click(),
  ]);
  expect((await request.response())?.ok()).toBe(true);
  await expectState(page, FILE.name, "cancelled");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await row(page, FILE.name).getByRole("button", { name: "Retry" }).click();
  await expectArrival(page);
});

/**
 * By its path, as it is too large to be handed to a browser otherwise.
 * @param {Page} page
 */
async function chooseFilm(page) {
  const folder = await mkdtemp(join(tmpdir(), "cloakroom-e2e-film-"));
  page.once("close", () => void rm(folder, { recursive: true }));
  await writeFile(join(folder, FILE.name), FILE.buffer);
  await page.getByLabel("Choose files").setInputFiles(join(folder, FILE.name));
}

/**
 * It could be gone on with, whatever happens to the page.
 * @param {Page} page
 */
async function expectBegun(page) {
  const ids = async () => (await entries(page)).map(({ attempt }) => typeof attempt.uploadId);
  await expect.poll(ids).toEqual(["string"]);
}

/** @param {Page} page */
async function expectArrival(page) {
  await expect(row(page, FILE.name)).toHaveAttribute("data-state", "done", { timeout: 60_000 });
}

/**
 * The parts that are sent to the store from now on.
 * @param {Page} page
 * @param {string} store
 * @param {boolean} [arrived] only those that the store took
 */
function parts(page, store, arrived = false) {
  /** @type {{part: string, checksum: string | undefined}[]} */
  const sent = [];
  const note = (/** @type {import("@playwright/test").Request} */ request) => {
    const url = new URL(request.url());
    const part = url.searchParams.get("partNumber");
    if (request.method() !== "PUT" || url.origin !== store || !part) return;
    sent.push({ part, checksum: request.headers()["x-amz-checksum-crc32c"] });
  };
  if (arrived) page.on("requestfinished", note);
  else page.on("request", note);
  return sent;
}
