// What people throw at the page: folders, the clipboard, the same file twice, thousands of files.
import { onDisk } from "../support/disk.js";
import { bytes, text } from "../support/files.js";
import { card, choose, expectState, expectWords, row } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

test("a folder is chosen with all that is in it", async ({ home }) => {
  await onDisk({ "a.txt": "a", "inner/b.txt": "b", "inner/deep/c.txt": "c" }, async (folder) => {
    const asked = folders(home);
    await home.getByLabel("Choose a folder").setInputFiles(folder);
    for (const name of ["a.txt", "b.txt", "c.txt"]) await expectState(home, name, "done");
    const top = folder.split("/").at(-1) ?? "";
    expect((await asked()).toSorted()).toEqual([top, `${top}/inner`, `${top}/inner/deep`]);
  });
});

test("files that are chosen before the page's script has come are uploaded", async ({ home }) => {
  let come = () => {};
  const gate = new Promise((resolve) => (come = () => resolve(undefined)));
  await home.route(/\/js\/main\.js/, async (route) => {
    await gate;
    await route.continue();
  });
  await home.reload({ waitUntil: "commit" });
  await choose(home, text("early.txt"));
  come();
  await expectState(home, "early.txt", "done");
  await expect(row(home, "early.txt")).toHaveCount(1);
});

test("a folder is dropped with all that is in it, also beyond a hundred files", async ({ home }) => {
  const many = Object.fromEntries(Array.from({ length: 110 }, (_, number) => [`trip/${number}.txt`, `${number}`]));
  await onDisk({ ...many, "trip/inner/deep.txt": "deep", "plain.txt": "plain" }, async (folder) => {
    const asked = folders(home);
    await dropPaths(home, `${folder}/trip`, `${folder}/plain.txt`);
    await expect(home.getByRole("heading", { name: "112 uploaded" })).toBeVisible({ timeout: 120_000 });
    expect(new Set(await asked())).toEqual(new Set(["trip", "trip/inner", ""]));
  });
});

test("what is on the clipboard is uploaded, a picture of the screen under its time", async ({ home }) => {
  await paste(home, "image.png", "image/png", "not much of a picture");
  const name = /^Screenshot \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/;
  await expect(home.getByRole("list", { name: "Uploads" }).getByText(name)).toHaveCount(1);
  await paste(home, "notes.txt", "text/plain", "copied in a file manager");
  await expectState(home, "notes.txt", "done");
});

test("the same file twice in one queue is sent once, unless it is wanted twice", async ({ home, server }) => {
  let go = () => {};
  const gate = new Promise((resolve) => (go = () => resolve(undefined)));
  await home.route(`${server.storeOrigin}/**`, async (route) => {
    await gate;
    await route.continue();
  });
  await choose(home, text("twice.txt"), text("another.txt"));
  await choose(home, text("twice.txt"));
  const rows = row(home, "twice.txt");
  await expect(rows).toHaveCount(2);
  await expectWords(home, "twice.txt", "The same file is here already.");
  go();
  await expect(rows.and(home.locator('[data-state="done"]'))).toHaveCount(1);
  await rows.getByRole("button", { name: "Upload twice.txt again" }).click();
  await expect(rows.and(home.locator('[data-state="done"]'))).toHaveCount(2);
  await expect(card(home, "twice.txt")).toHaveCount(2);
});

test("hundreds of files in one drop keep the page small, and all arrive", async ({ home }) => {
  test.slow();
  await dropMany(home, 300);
  const list = home.getByRole("list", { name: "Uploads" });
  await expect(home.getByRole("heading", { name: /^Uploading \d+ of 300$/ })).toBeVisible();
  expect(await list.locator('[data-state]:not([data-state="done"])').count()).toBeLessThanOrEqual(40);
  await expect(home.getByRole("heading", { name: "300 uploaded" })).toBeVisible({ timeout: 240_000 });
  await expect(home.getByText("300 files · ")).toBeVisible();
});

test("ten thousand files in one drop leave the page quick, and are let go together", async ({
  home,
  server,
  watch,
}) => {
  test.slow();
  await home.route(`${server.storeOrigin}/**`, () => {});
  await dropMany(home, 10_000);
  const dock = home.getByRole("region", { name: "Upload" });
  await expect(dock.getByRole("heading", { name: /^Uploading \d+ of 10000$/ })).toBeVisible({ timeout: 60_000 });
  expect(await dock.getByRole("list", { name: "Uploads" }).getByRole("listitem").count()).toBeLessThanOrEqual(12);
  await expect(dock.getByText(/^\d+ more$/)).toBeVisible();
  // What a person does meanwhile is answered at once.
  await home.getByRole("link", { name: "Trash" }).click();
  await expect(home.getByText("The trash is empty.")).toBeVisible({ timeout: 8_000 });
  await dock.getByRole("button", { name: "Cancel all" }).click();
  await expect(dock.getByRole("heading", { name: /^0 uploaded, 10000 not$/ })).toBeVisible({ timeout: 60_000 });
  watch.allow(/ERR_ABORTED PUT/);
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

test("a phone stays awake while files are sent, also when it comes back, and no longer", async ({ home, server }) => {
  await home.addInitScript(() => {
    const held = { count: 0 };
    const request = async () => {
      held.count += 1;
      return { release: async () => void (held.count -= 1) };
    };
    Object.assign(window, { held });
    Object.defineProperty(navigator, "wakeLock", { value: { request } });
  });
  await home.reload();
  let go = () => {};
  const gate = new Promise((resolve) => (go = () => resolve(undefined)));
  await home.route(`${server.storeOrigin}/**`, async (route) => {
    await gate;
    await route.continue();
  });
  const held = () => home.evaluate(() => Reflect.get(window, "held").count);
  expect(await held()).toBe(0);
  await choose(home, text("one.txt"), text("two.txt"));
  await expect.poll(held, "the screen stays on").toBe(1);
  // The browser lets go while the page is out of sight.
  await home.evaluate(() => {
    Reflect.get(window, "held").count = 0;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(held, "it is asked again").toBe(1);
  go();
  for (const name of ["one.txt", "two.txt"]) await expectState(home, name, "done");
  await expect.poll(held, "the screen may go off").toBe(0);
});

test("where a person chose the colours, the queue can be seen", async ({ home, server }) => {
  await home.emulateMedia({ forcedColors: "active" });
  await home.route(`${server.storeOrigin}/**`, () => {});
  await choose(home, bytes("film.bin", 100_000));
  await expectState(home, "film.bin", "uploading");
  const bar = row(home, "film.bin").locator("progress");
  const look = async (/** @type {number} */ value) => {
    await bar.evaluate((element, value) => {
      element.setAttribute("value", String(value));
      // The queue draws it again whenever it likes.
      Object.defineProperty(element, "value", { configurable: true, get: () => value, set: () => {} });
    }, value);
    return (await bar.screenshot()).toString("base64");
  };
  expect(await look(1), "a full bar is not seen like an empty one").not.toBe(await look(0));
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

test("names in every script arrive as they are", async ({ home }) => {
  const names = ["зима.txt", "假期.txt", "عطلة.txt", "छुट्टी.txt", "วันหยุด.txt", "🌊 deep.txt", "Ωμέγα.txt"];
  await choose(home, ...names.map((name) => text(name)));
  for (const name of names) {
    await expectState(home, name, "done");
    await expect(card(home, name)).toBeVisible();
  }
});

test("done files fold into one line, which shows them again", async ({ home, server, watch }) => {
  await home.route(`${server.storeOrigin}/**`, (route) =>
    route.request().postData()?.includes("stay") ? undefined : route.continue(),
  );
  await choose(home, text("gone.txt"), text("here.txt", "stay"), bytes("too.bin", 10));
  await expectState(home, "gone.txt", "done");
  await expectState(home, "too.bin", "done");
  const line = home.getByRole("button", { name: "2 done" });
  await expect(line).toHaveAttribute("aria-expanded", "false");
  await line.click();
  await expect(line).toHaveAttribute("aria-expanded", "true");
  // However fast it went: nobody may have seen it before.
  await expect(row(home, "too.bin").getByText("BIN", { exact: true })).toBeVisible();
  await row(home, "gone.txt").getByRole("button", { name: "Dismiss" }).click();
  await expect(row(home, "gone.txt")).toHaveCount(0);
  watch.announce(/ERR_ABORTED PUT/);
  await row(home, "here.txt").getByRole("button", { name: "Cancel" }).click();
  await expectState(home, "here.txt", "cancelled");
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

/**
 * The folders that the page asks for, with each file once.
 * @param {Page} page
 */
function folders(page) {
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => {
    const isOne = request.url().endsWith("/presign-upload");
    if (!isOne && !request.url().endsWith("/presign-upload/batch")) return;
    const { uploads = [request.postDataJSON()] } = request.postDataJSON();
    for (const { folder = "" } of uploads) asked.push(folder);
  });
  return async () => asked;
}

/**
 * As from a file manager: the browser itself reads the folders.
 * @param {Page} page
 * @param {...string} files
 */
async function dropPaths(page, ...files) {
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (["dragEnter", "dragOver", "drop"])) {
    await browser.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  }
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {string} type
 * @param {string} content
 */
async function paste(page, name, type, content) {
  await page.evaluate(
    ([name, type, content]) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([content ?? ""], name ?? "", { type: type ?? "" }));
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    },
    [name, type, content],
  );
}

/**
 * @param {Page} page
 * @param {number} count
 */
async function dropMany(page, count) {
  await page.evaluate((count) => {
    const dataTransfer = new DataTransfer();
    for (let number = 0; number < count; number += 1) {
      dataTransfer.items.add(new File([`This is file ${number}.`], `${number}.txt`, { type: "text/plain" }));
    }
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, count);
}
