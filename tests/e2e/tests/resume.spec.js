// What becomes of uploads when the page ends, another tab sends the same, or the file changes.
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onDisk } from "../support/disk.js";
import { bytes } from "../support/files.js";
import { card, choose, expectState, expectWords, row } from "../support/gallery.js";
import { begun, remembered } from "../support/memory.js";
import { holdStore } from "../support/same_page.js";
import { expect, test } from "../support/test.js";

test("after a reload unfinished files are listed, and chosen again they arrive", async ({ home, server, watch }) => {
  const { buffer } = bytes("holiday.bin", 80_000);
  await onDisk({ "holiday.bin": buffer, "other.bin": "another file" }, async (folder) => {
    let held = 0;
    await home.route(`${server.storeOrigin}/**`, () => void (held += 1));
    home.on("dialog", (dialog) => void dialog.accept());
    await home.getByLabel("Choose files").setInputFiles(join(folder, "holiday.bin"));
    await expect.poll(() => held, "it is on its way to the store").toBe(1);
    await expect.poll(() => begun(home), "it is remembered").toEqual(["holiday.bin"]);
    // A small file may have arrived after all: that is asked first.
    watch.announce(/status of 404 .*save-metadata/);
    await home.reload();
    await home.unrouteAll({ behavior: "ignoreErrors" });

    await expectState(home, "holiday.bin", "paused");
    await expectWords(home, "holiday.bin", "Choose it again to go on.");
    await expect(home.getByRole("heading", { name: "1 not finished" })).toBeVisible();
    await chooseAgain(home, join(folder, "other.bin"));
    await expect(home.getByRole("status").filter({ hasText: "other.bin is another file" })).toHaveCount(1);
    await expectState(home, "holiday.bin", "paused");
    await chooseAgain(home, join(folder, "holiday.bin"));
    await expectState(home, "holiday.bin", "done");
    await expect(card(home, "holiday.bin")).toHaveCount(1);
    await expect.poll(() => remembered(home), "nothing is left to remember").toEqual([]);
  });
});

test("unfinished files are nobody else's, and are there for whose they are", async ({
  home,
  person,
  server,
  open,
  createPerson,
  watch,
}) => {
  await onDisk({ "mine.bin": "mine", "hers.bin": "hers" }, async (folder) => {
    let held = 0;
    await home.route(`${server.storeOrigin}/**`, () => void (held += 1));
    home.on("dialog", (dialog) => void dialog.accept());
    await home.getByLabel("Choose files").setInputFiles(join(folder, "mine.bin"));
    await expect.poll(() => held).toBe(1);
    await expect.poll(() => begun(home)).toEqual(["mine.bin"]);
    const mine = await home.context().cookies();
    const another = await open(await createPerson("member", "Barbara Liskov"));
    await home.context().clearCookies();
    await home.context().addCookies(await another.context().cookies());
    await home.reload();
    await home.unrouteAll({ behavior: "ignoreErrors" });
    await expect(home.getByRole("button", { name: "Barbara Liskov" })).toBeVisible();
    await home.getByLabel("Choose files").setInputFiles(join(folder, "hers.bin"));
    await expectState(home, "hers.bin", "done");
    await expect(home.getByRole("list", { name: "Uploads" }).getByRole("listitem")).toHaveCount(1);

    await home.context().clearCookies();
    await home.context().addCookies(mine);
    watch.announce(/status of 404 .*save-metadata/);
    await reloadAndAsk(home);
    await expect(home.getByRole("button", { name: person.name, exact: true })).toBeVisible();
    await expectState(home, "mine.bin", "paused");
    await expect(row(home, "hers.bin")).toHaveCount(0);
  });
});

test("a file that failed and was dismissed does not come back", async ({ home, server, watch }) => {
  await onDisk({ "no.bin": "no", "later.bin": "later" }, async (folder) => {
    const headers = { "Access-Control-Allow-Origin": server.url };
    await home.route(`${server.storeOrigin}/**`, (route) => route.fulfill({ status: 403, headers, body: "" }));
    watch.announce(/status of 403/);
    watch.allow(/status of 404 .*save-metadata/);
    await home.getByLabel("Choose files").setInputFiles([join(folder, "no.bin"), join(folder, "later.bin")]);
    for (const name of ["no.bin", "later.bin"]) await expectState(home, name, "failed");
    await row(home, "no.bin").getByRole("button", { name: "Dismiss no.bin" }).click();
    await expect.poll(() => remembered(home)).toEqual(["later.bin"]);
    await home.reload();
    await expectState(home, "later.bin", "paused");
    await expect(row(home, "no.bin")).toHaveCount(0);
  });
});

test("dismissing a file that is here already leaves the first one remembered", async ({ home, server, watch }) => {
  await onDisk({ "twin.bin": "twin" }, async (folder) => {
    let held = 0;
    await home.route(`${server.storeOrigin}/**`, () => void (held += 1));
    home.on("dialog", (dialog) => void dialog.accept());
    await home.getByLabel("Choose files").setInputFiles(join(folder, "twin.bin"));
    await expect.poll(() => held).toBe(1);
    await home.getByLabel("Choose files").setInputFiles(join(folder, "twin.bin"));
    const twin = row(home, "twin.bin").filter({ hasText: "The same file is here already." });
    await twin.getByRole("button", { name: "Dismiss twin.bin" }).click();
    await expect(row(home, "twin.bin")).toHaveCount(1);
    await expect.poll(() => begun(home)).toEqual(["twin.bin"]);
    watch.announce(/status of 404 .*save-metadata/);
    await reloadAndAsk(home);
    await home.unrouteAll({ behavior: "ignoreErrors" });
    await expectState(home, "twin.bin", "paused");
  });
});

/**
 * Loads the page anew, which asks whether a file is there after all that it lists as unfinished at once. It is not.
 * @param {import("../support/test.js").Page} page
 */
async function reloadAndAsk(page) {
  const asked = page.waitForResponse(/\/save-metadata$/);
  await page.reload();
  expect((await asked).status()).toBe(404);
}

test("two tabs send the same file once", async ({ home, server }) => {
  await onDisk({ "shared.bin": bytes("shared.bin", 60_000).buffer }, async (folder) => {
    let go = () => {};
    const gate = new Promise((resolve) => (go = () => resolve(undefined)));
    let sent = 0;
    await home.context().route(`${server.storeOrigin}/**`, async (route) => {
      sent += route.request().method() === "PUT" ? 1 : 0;
      await gate;
      await route.continue();
    });
    const second = await home.context().newPage();
    await second.goto("/");
    await home.getByLabel("Choose files").setInputFiles(join(folder, "shared.bin"));
    await expect.poll(() => sent).toBe(1);
    await second.getByLabel("Choose files").setInputFiles(join(folder, "shared.bin"));
    await expectWords(second, "shared.bin", "Being sent in another tab");
    go();
    await expectState(home, "shared.bin", "done");
    await expectState(second, "shared.bin", "done");
    expect(sent).toBe(1);
    await second.reload();
    await expect(card(second, "shared.bin")).toHaveCount(1);
  });
});

test("a page that was on its way while a file arrived in another tab shows it", async ({ home }) => {
  const second = await home.context().newPage();
  let isFetched = false;
  let go = () => {};
  const gate = new Promise((resolve) => (go = () => resolve(undefined)));
  await second.route(/\/$/, async (route) => {
    const response = await route.fetch();
    isFetched = true;
    await gate;
    await route.fulfill({ response });
  });
  const arrival = second.goto("/");
  await expect.poll(() => isFetched).toBe(true);
  await choose(home, bytes("late.bin", 1_000));
  await expectState(home, "late.bin", "done");
  go();
  await arrival;
  await expect(card(second, "late.bin")).toHaveCount(1);
});

test("a browser that never opens what it keeps sends files all the same", async ({ home }) => {
  await home.addInitScript(() => {
    indexedDB.open = () => /** @type {IDBOpenDBRequest} */ (new EventTarget());
  });
  await home.reload();
  await choose(home, bytes("sent.bin", 1_000));
  await expectState(home, "sent.bin", "done");
});

test("a file that waited in one tab is not sent after another tab has sent it", async ({ home, server }) => {
  const names = Array.from({ length: 6 }, (_, number) => `${number + 1}.bin`);
  const others = Object.fromEntries(names.map((name) => [name, `file ${name}`]));
  // Of large ones, few are begun beside others.
  await onDisk({ ...others, "shared.bin": "for both".repeat(200_000) }, async (folder) => {
    const second = await home.context().newPage();
    await second.goto("/");
    const open = await holdStore(second, server.storeOrigin);
    let sent = 0;
    second.on("request", (request) => {
      if (request.method() === "PUT" && request.url().startsWith(server.storeOrigin)) sent += 1;
    });
    await second.getByLabel("Choose files").setInputFiles(names.map((name) => join(folder, name)));
    for (const name of names) await expectState(second, name, "uploading");
    const more = ["7.bin", "8.bin"].map((name) => bytes(name, 1_000));
    await choose(second, ...more);
    await second.getByLabel("Choose files").setInputFiles(join(folder, "shared.bin"));
    await expectState(second, "shared.bin", "waiting");
    await home.getByLabel("Choose files").setInputFiles(join(folder, "shared.bin"));
    await expectState(home, "shared.bin", "done");
    open();
    await expectState(second, "shared.bin", "done");
    for (const { name } of more) await expectState(second, name, "done");
    expect(sent).toBe(names.length + more.length);
    await second.reload();
    await expect(card(second, "shared.bin")).toHaveCount(1);
  });
});

test("a file that changes while it is sent is stopped, and says so", async ({ home, watch }) => {
  // What is smaller is in memory by then, and arrives as it was.
  await onDisk({ "changing.bin": "before".repeat(200_000) }, async (folder) => {
    const path = join(folder, "changing.bin");
    await home.route(
      "/presign-upload",
      async (route) => {
        await writeFile(path, "after, and longer");
        await utimes(path, new Date(), new Date(Date.now() + 60_000));
        await route.continue();
      },
      { times: 1 },
    );
    watch.announce(/ERR_UPLOAD_FILE_CHANGED/);
    await home.getByLabel("Choose files").setInputFiles(path);
    await expectState(home, "changing.bin", "failed");
    await expectWords(home, "changing.bin", "The file changed while it was sent.");
    await expect(row(home, "changing.bin").getByRole("button", { name: "Retry" })).toHaveCount(0);
  });
});

/**
 * @param {import("../support/test.js").Page} page
 * @param {string} path
 */
async function chooseAgain(page, path) {
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Choose holiday.bin again" }).click(),
  ]);
  await chooser.setFiles(path);
}
