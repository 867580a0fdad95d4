// What administrators see of everyone's files, and put right.
import { readFile } from "node:fs/promises";
import { picture, text } from "../support/files.js";
import { card, choose, expectState, uploadAsAProgram } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

test("the overview has figures, charts with their tables, what needs attention, and whether all answers", async ({
  home,
  person,
  open,
  createPerson,
}) => {
  await uploadAsAProgram(home, [picture("beach.png")]);
  await choose(home, { ...text("liar.png"), mimeType: "image/png" });
  await expectState(home, "liar.png", "failed");
  const admin = await open(await createPerson("admin"));
  await admin.getByRole("link", { name: "Admin" }).click();
  await expect(admin.getByRole("heading", { name: "Overview" })).toBeVisible();
  await expect(admin.getByRole("img", { name: /^Uploads on each of the last 30 days/ })).toBeVisible();
  await admin.getByText("Show as a table").first().click();
  const byDay = admin.getByRole("table", { name: "Uploads by day" });
  await expect(byDay.getByRole("row")).toHaveCount(31);
  await expect(admin.getByRole("table", { name: "Storage by person" })).toBeVisible();
  await expect(admin.getByRole("img", { name: "What is stored, by kind" })).toBeVisible();
  await admin.getByText("Show as a table").last().click();
  const byKind = admin.getByRole("table", { name: "What is stored" });
  await expect(byKind.getByRole("row", { name: "Pictures" })).toBeVisible();
  await expect(admin.getByRole("list", { name: "Health" }).getByText(/^Storage answers in \d+ ms$/)).toBeVisible();
  await admin
    .getByRole("list", { name: "Needs attention" })
    .getByRole("link", { name: /in quarantine$/ })
    .click();
  await expect(admin).toHaveURL("/admin/files?state=quarantined");
  const liar = admin.getByRole("row", { name: "liar.png" }).filter({ hasText: person.email });
  await expect(liar).toContainText("Announced as a PNG image (image/png); its bytes are plain text (text/plain).");
});

test("uploads are moved together, and each move is undone", async ({ home, person, open, createPerson }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt"), text("3.txt")]);
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}&sort=name`);
  const table = admin.getByRole("table", { name: "All uploads" });
  for (const [button, state, words] of /** @type {const} */ ([
    ["Quarantine", "quarantined", "in quarantine"],
    ["Trash", "trashed", "in the trash"],
  ])) {
    await table.getByRole("checkbox", { name: "Select 1.txt" }).check();
    await table.getByRole("checkbox", { name: "Select 2.txt" }).check();
    await expect(admin.getByText("2 selected")).toBeVisible();
    await admin.getByRole("button", { name: button, exact: true }).click();
    await expect(admin.getByRole("status").getByText(`2 files are ${words}.`)).toBeVisible();
    await expect(table.getByText(state, { exact: true })).toHaveCount(2);
    await admin.getByRole("button", { name: "Undo" }).click();
    await expect(table.getByText("ready", { exact: true })).toHaveCount(3);
  }
  await table.getByRole("checkbox", { name: "Select all" }).check();
  await expect(admin.getByText("3 selected")).toBeVisible();
  await expect(admin.getByRole("button", { name: "Trash", exact: true })).toBeEnabled();
});

test("a quarantined file is released, and its owner has it", async ({ home, person, open, createPerson }) => {
  const liar = { ...text("odd.png"), mimeType: "image/png" };
  await choose(home, liar);
  await expectState(home, liar.name, "failed");
  await home.goto("/trash");
  await expect(
    home
      .getByRole("list", { name: "Files that were put aside" })
      .getByRole("button", { name: "Delete forever odd.png" }),
  ).toBeVisible();
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}`);
  await admin.getByRole("link", { name: "odd.png" }).click();
  await admin.getByRole("button", { name: "Release" }).click();
  await expect(admin.getByText("“odd.png” is released.")).toBeVisible();
  await expect(admin.getByRole("list", { name: "History" }).getByText("Released from quarantine")).toBeVisible();
  await home.goto("/");
  await expect(card(home, "odd.png")).toBeVisible();
});

test("files go for ever only when the word is typed", async ({ home, person, open, createPerson, watch }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt")]);
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/files?user=${person.email}`);
  const table = admin.getByRole("table", { name: "All uploads" });
  await table.getByRole("checkbox", { name: "Select 1.txt" }).check();
  watch.announce(/status of 409/, /Response Status Error Code 409/);
  await admin.getByRole("button", { name: "Delete forever" }).click();
  await expect(admin.getByRole("alert").getByText("Trash or quarantine them first.")).toBeVisible();
  await admin.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(table.getByText("trashed", { exact: true })).toHaveCount(1);
  await table.getByRole("checkbox", { name: "Select 1.txt" }).check();
  await admin.getByRole("button", { name: "Delete forever" }).click();
  const question = admin.getByRole("dialog", { name: /^Delete .* forever\?$/ });
  await expect(question.getByText("1 file", { exact: false })).toBeVisible();
  await question.getByRole("link", { name: "Keep" }).click();
  await expect(question).toBeHidden();
  await admin.getByRole("button", { name: "Delete forever" }).click();
  await question.getByLabel("Type “delete” to confirm").fill("delete");
  await question.getByRole("button", { name: "Delete forever" }).click();
  await expect(admin.getByText("Deleted forever.")).toBeVisible();
  await expect(table.getByText("purging", { exact: true })).toHaveCount(1);
  await expect(table.getByText("ready", { exact: true })).toHaveCount(1);
});

test("a list that is asked for while it changes once more is asked for again", async ({ home }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt")]);
  await home.goto("/");
  for (const name of ["1.txt", "2.txt"]) await home.getByRole("checkbox", { name: `Select ${name}` }).check();
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("2 files are in the trash.")).toBeVisible();
  await home.goto("/trash");
  let arrive = () => {};
  const gate = new Promise((resolve) => (arrive = () => resolve(undefined)));
  let asked = 0;
  await home.route(/\/trash$/, async (route) => {
    asked += 1;
    const answer = await route.fetch();
    await gate;
    await route.fulfill({ response: answer });
  });
  const restore = home.getByRole("button", { name: "Restore", exact: true });
  await home.getByRole("checkbox", { name: "Select 1.txt" }).check();
  await restore.click();
  await expect.poll(() => asked, "the list is on its way").toBe(1);
  await home.getByRole("checkbox", { name: "Select 1.txt" }).uncheck();
  await home.getByRole("checkbox", { name: "Select 2.txt" }).check();
  await restore.click();
  await expect(home.getByText("“2.txt” is back.")).toBeVisible();
  arrive();
  await expect(home.getByText("The trash is empty.")).toBeVisible();
});

test("the log says who did what, to whom, when and from where", async ({ home, person, open, createPerson }) => {
  await uploadAsAProgram(home, [text("logged.txt")]);
  await home.reload();
  await home.getByRole("checkbox", { name: "Select logged.txt" }).check();
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("“logged.txt” is in the trash.")).toBeVisible();
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/events?who=${person.email}`);
  const row = admin.getByRole("row").filter({ hasText: person.email }).filter({ hasText: "Put in the trash" });
  await expect(row).toContainText("logged.txt");
  await expect(row).toContainText("127.0.0.1");
});

test("what is done to many files at once is one line of the log, which opens, and a long name fits", async ({
  home,
  person,
  open,
  createPerson,
}) => {
  const long = `${"An endless name without an end ".repeat(3)}${"n".repeat(90)}.txt`;
  const names = [long, "1.txt", "2.txt"];
  await uploadAsAProgram(
    home,
    names.map((name) => text(name)),
  );
  await home.reload();
  for (const name of names) await home.getByRole("checkbox", { name: `Select ${name}`, exact: true }).check();
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("3 files are in the trash.")).toBeVisible();
  await expect(card(home, long)).toHaveCount(0);
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(home.getByText("3 files are back.")).toBeVisible();
  await home.getByRole("checkbox", { name: `Select ${long}`, exact: true }).check();
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByText("is in the trash.")).toBeVisible();
  const admin = await open(await createPerson("admin"), { viewport: { width: 320, height: 640 } });
  await admin.goto(`/admin/events?who=${person.email}`);
  const mine = admin.getByRole("row").filter({ hasText: person.email });
  await expect(mine.filter({ hasText: "Put in the trash" })).toHaveCount(2);
  await expectNothingSideways(admin);
  for (const width of [1280, 1024]) {
    await admin.setViewportSize({ width, height: 800 });
    await expectNothingSideways(admin);
    await expectWholeWords(admin);
  }
  await admin.setViewportSize({ width: 320, height: 640 });
  await mine.filter({ hasText: "Put in the trash" }).getByRole("link", { name: "3 files" }).click();
  await expect(admin.getByRole("heading", { name: "Put in the trash: 3 files" })).toBeVisible();
  for (const name of names) await expect(admin.getByRole("cell", { name, exact: true })).toBeVisible();
  await expectNothingSideways(admin);
});

test("the log is narrowed down by chips, and exported as it is shown", async ({ home, person, open, createPerson }) => {
  await uploadAsAProgram(home, [text("logged.txt")]);
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/events?whom=${person.email}`);
  await expect(admin.getByRole("row").filter({ hasText: "Signed in" }).first()).toBeVisible();
  await admin.getByRole("group", { name: "Filters" }).getByText("What", { exact: true }).first().click();
  await admin.getByRole("radio", { name: "Uploads" }).click();
  await expect(admin).toHaveURL(/what=uploads/);
  await expect(admin.getByRole("row").filter({ hasText: "Signed in" })).toHaveCount(0);
  await admin.setViewportSize({ width: 390, height: 844 });
  const chip = await admin
    .getByRole("group", { name: "Filters" })
    .getByText("Uploads", { exact: true })
    .first()
    .boundingBox();
  const clear = await admin.getByRole("link", { name: "Anything", exact: true }).boundingBox();
  const middle = (/** @type {typeof chip} */ box) => (box ? box.y + box.height / 2 : 0);
  expect(Math.abs(middle(chip) - middle(clear)), "the × beside the chip's words").toBeLessThan(2);
  const [download] = await Promise.all([
    admin.waitForEvent("download"),
    admin.getByRole("link", { name: "Export as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("cloakroom-log.csv");
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("file.uploaded,logged.txt");
});

/** @param {Page} page */
async function expectWholeWords(page) {
  const broken = await page.getByRole("cell").evaluateAll((cells) =>
    cells.flatMap((cell) => {
      const found = [];
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        for (const word of (text.textContent ?? "").matchAll(/\S+/g)) {
          const range = document.createRange();
          range.setStart(text, word.index);
          range.setEnd(text, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map((line) => line.top)).size > 1) found.push(word[0]);
        }
      }
      return found;
    }),
  );
  expect(broken, "words of the log that are broken").toEqual([]);
}

/** @param {Page} page */
async function expectNothingSideways(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content, `the width of ${page.url()}`).toBeLessThanOrEqual(window ?? 0);
}
