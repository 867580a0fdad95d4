// What becomes of uploads when the page ends, another tab sends the same, or the file changes.
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onDisk } from "../support/disk.js";
import { bytes } from "../support/files.js";
import { card, expectState, expectWords, row } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("after a reload unfinished files are listed, and chosen again they arrive", async ({ home, server, watch }) => {
  const { buffer } = bytes("holiday.bin", 80_000);
  await onDisk({ "holiday.bin": buffer, "other.bin": "another file" }, async (folder) => {
    let held = 0;
    await home.route(`${server.storeOrigin}/**`, () => void (held += 1));
    home.on("dialog", (dialog) => void dialog.accept());
    await home.getByLabel("Choose files").setInputFiles(join(folder, "holiday.bin"));
    await expect.poll(() => held, "it is on its way to the store").toBe(1);
    await expect.poll(() => remembered(home), "it is remembered").toEqual(["holiday.bin"]);
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

test("unfinished files are nobody else's, and are let go", async ({ home, server, open, createPerson }) => {
  await onDisk({ "mine.bin": "mine" }, async (folder) => {
    let held = 0;
    await home.route(`${server.storeOrigin}/**`, () => void (held += 1));
    await home.getByLabel("Choose files").setInputFiles(join(folder, "mine.bin"));
    await expect.poll(() => held).toBe(1);
    await expect.poll(() => remembered(home)).toEqual(["mine.bin"]);
    const another = await open(await createPerson("member", "Barbara Liskov"));
    await home.context().clearCookies();
    await home.context().addCookies(await another.context().cookies());
    await home.reload();
    await expect(home.getByRole("button", { name: "Barbara Liskov" })).toBeVisible();
    await expect(home.getByRole("region", { name: "Upload" })).toBeHidden();
  });
});

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

test("a file that changes while it is sent is stopped, and says so", async ({ home, watch }) => {
  await onDisk({ "changing.bin": "before" }, async (folder) => {
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

/**
 * The names of the files that this browser remembers as unfinished.
 * @param {import("../support/test.js").Page} page
 * @returns {Promise<string[]>}
 */
function remembered(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("cloakroom-uploads", 1);
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const all = request.result.transaction("unfinished").objectStore("unfinished").getAll();
          all.onsuccess = () => {
            request.result.close();
            resolve(all.result.filter(({ isDone }) => !isDone).map(({ name }) => name));
          };
        };
      }),
  );
}
