// Finding files again: searching, narrowing down, ordering, and coming back to the same place.
import { bytes, picture, text } from "../support/files.js";
import { box, card, openChip, upload, uploadAsAProgram } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

test("a search narrows the list down while it is typed, and the address says so", async ({ home }) => {
  // One after the other: of those that a program sends together, none is the newest for sure.
  for (const file of [picture("Été.png"), text("notes.txt"), text("more notes.txt")]) {
    await uploadAsAProgram(home, [file]);
  }
  await home.reload();
  await home.evaluate(() => {
    document.body.dataset["seen"] = "yes";
  });
  const search = home.getByRole("searchbox", { name: "Search files" });
  await search.pressSequentially("NOTES");
  await expectListed(home, ["more notes.txt", "notes.txt"]);
  await expect(home.getByText("2 match “NOTES”", { exact: true })).toBeVisible();
  await expect(search).toBeFocused();
  await expect(home).toHaveURL("/?name=NOTES");
  await expect((await openChip(home, "Type")).getByRole("radio", { name: "Images" }), "there are none").toHaveCount(0);
  await home.getByRole("radio", { name: "Documents" }).click();
  await expect(home).toHaveURL("/?name=NOTES&type=document");
  await expectListed(home, ["more notes.txt", "notes.txt"]);
  await home.goBack();
  await expect(home).toHaveURL("/?name=NOTES");
  // The address changes first, and what it names comes afterwards.
  await expect(home.locator('[data-chip="type"] summary')).toHaveText("Type");
  await expect((await openChip(home, "Type")).getByRole("radio", { name: "All" })).toBeChecked();
  await home.goBack();
  await expectListed(home, ["more notes.txt", "notes.txt", "Été.png"]);
  await expect(search).toHaveValue("");
  await home.goForward();
  await expect(search).toHaveValue("NOTES");
  await expectListed(home, ["more notes.txt", "notes.txt"]);
  await search.fill("ete");
  await expectListed(home, ["Été.png"]);
  expect(await home.evaluate(() => document.body.dataset["seen"])).toBe("yes");
  await home.reload();
  await expect(search).toHaveValue("ete");
  await expectListed(home, ["Été.png"]);
});

test("the list is ordered and narrowed down by type and date", async ({ home }) => {
  await uploadAsAProgram(home, [text("b.txt", "longest of all")]);
  await uploadAsAProgram(home, [picture("c.png")]);
  await uploadAsAProgram(home, [bytes("a.bin", 10)]);
  await home.reload();
  const sort = home.getByLabel("Sort");
  for (const [order, address, names] of /** @type {const} */ ([
    ["Oldest first", "/?sort=oldest", ["b.txt", "c.png", "a.bin"]],
    ["Name, A to Z", "/?sort=name", ["a.bin", "b.txt", "c.png"]],
    ["Name, Z to A", "/?sort=name-backwards", ["c.png", "b.txt", "a.bin"]],
    ["Largest first", "/?sort=largest", ["c.png", "b.txt", "a.bin"]],
    ["Smallest first", "/?sort=smallest", ["a.bin", "b.txt", "c.png"]],
    ["Type", "/?sort=type", ["a.bin", "c.png", "b.txt"]],
    ["Newest first", "/", ["a.bin", "c.png", "b.txt"]],
  ])) {
    await sort.selectOption(order);
    // Some have the files in the order that they were in before.
    await expect(home).toHaveURL(address);
    await expectListed(home, [...names]);
  }
  await expect((await openChip(home, "Type")).getByRole("radio", { name: "Images 1" })).toBeVisible();
  await home.getByRole("radio", { name: "Documents" }).click();
  await expectListed(home, ["b.txt"]);
  await (await openChip(home, "Type")).getByRole("radio", { name: "All" }).click();
  await expectListed(home, ["a.bin", "c.png", "b.txt"]);
  await (await openChip(home, "Date")).getByLabel("From").fill("2099-01-01");
  await expect(home.getByText("No file matches.")).toBeVisible();
  await home.getByRole("link", { name: "Clear the filters" }).click();
  await expectListed(home, ["a.bin", "c.png", "b.txt"]);
});

test("the list view is chosen, and remembered", async ({ home }) => {
  await upload(home, text("notes.txt"));
  await home.getByRole("radio", { name: "List" }).check();
  await expect(home.getByRole("table", { name: "Files" }).getByText("Document", { exact: true })).toBeVisible();
  await expect(home).toHaveURL("/");
  await home.goto("/");
  await expect(home.getByRole("radio", { name: "List" })).toBeChecked();
  await home.getByRole("radio", { name: "Grid" }).check();
  await expect(home.getByRole("table", { name: "Files" })).toHaveCount(0);
  await expect(card(home, "notes.txt")).toBeVisible();
});

test("going back from a file leads to the same place of a long list", async ({ home }) => {
  await uploadAsAProgram(
    home,
    Array.from({ length: 120 }, (_, number) => text(`note ${number}.txt`)),
  );
  await home.goto("/?sort=name");
  const links = home.getByRole("list", { name: "Files", exact: true }).getByRole("link", { name: /^note/ });
  // The last of those that are there, until more come no more.
  await expect(async () => {
    await links.last().scrollIntoViewIfNeeded();
    expect(await links.count()).toBe(120);
  }).toPass();
  // The address says how far the list goes by then.
  const said = () =>
    home.evaluate(
      () => document.querySelector("[data-more]")?.getAttribute("data-place") === location.pathname + location.search,
    );
  await expect.poll(said).toBe(true);
  const place = links.nth(110);
  await place.scrollIntoViewIfNeeded();
  const address = await place.evaluate((link) =>
    link instanceof HTMLAnchorElement ? link.href.replace(/\/view.*$/, "") : "",
  );
  await home.goto(address);
  await expect(home.getByRole("heading", { name: /^note/ })).toBeVisible();
  await home.goBack();
  await expect(links).toHaveCount(120);
  await expect(place).toBeInViewport();
  // What comes meanwhile takes nothing away.
  await home.getByLabel("Choose files").setInputFiles([text("a new one.txt")]);
  await expect(card(home, "a new one.txt")).toHaveCount(1);
  await expect(links).toHaveCount(120);
});

test("a new file appears in its place, and nothing else moves", async ({ home, context }) => {
  await uploadAsAProgram(home, [text("a.txt"), text("c.txt"), text("d.txt")]);
  await home.goto("/?sort=name");
  await box(home, "c.txt").check();
  await home.evaluate(() => document.querySelector("[data-id]")?.setAttribute("data-same", "yes"));
  await home.getByLabel("Choose files").setInputFiles([text("b.txt")]);
  await expectListed(home, ["a.txt", "b.txt", "c.txt", "d.txt"]);
  await expect(home.locator("[data-same]")).toHaveCount(1);
  await expect(box(home, "c.txt")).toBeChecked();
  // What another page deleted is gone after the next change.
  const other = await context.newPage();
  await other.goto("/");
  await box(other, "a.txt").check();
  await other.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(other.getByText("“a.txt” is in the trash.")).toBeVisible();
  await home.getByLabel("Choose files").setInputFiles([text("e.txt")]);
  await expectListed(home, ["b.txt", "c.txt", "d.txt", "e.txt"]);
  // A file that does not match what the list shows stays out of it.
  await home.goto("/?name=b");
  await home.getByLabel("Choose files").setInputFiles([text("x.txt")]);
  await expect(home.getByRole("status").filter({ hasText: "x.txt is uploaded." })).toHaveCount(1);
  await expectListed(home, ["b.txt"]);
});

/**
 * @param {Page} page
 * @param {string[]} names
 */
async function expectListed(page, names) {
  await expect(page.getByRole("list", { name: "Files", exact: true }).locator(".card-name")).toHaveText(names);
  await expect(card(page, names[0] ?? "")).toBeVisible();
}

test("a chip that is set says what it is set to, and goes by itself", async ({ home }) => {
  await uploadAsAProgram(home, [picture("beach.png"), text("notes.txt")]);
  await home.goto("/?type=image&from=2020-01-05");
  await expect(home.locator('[data-chip="date"] summary')).toHaveText("Since 5 Jan 2020");
  await expectListed(home, ["beach.png"]);
  await home.getByRole("link", { name: "Any type" }).click();
  await expect(home).toHaveURL("/?from=2020-01-05");
  await expectListed(home, ["notes.txt", "beach.png"]);
  await home.getByRole("link", { name: "Any date" }).click();
  await expect(home).toHaveURL("/");
  await expect(home.getByRole("link", { name: /^Any / })).toHaveCount(0);
});

test("what is chosen while a list is on its way is in the next one", async ({ home }) => {
  await uploadAsAProgram(home, [picture("beach.png"), text("notes.txt")]);
  await home.reload();
  const arrive = await holdList(home, "/");
  await (await openChip(home, "Type")).getByRole("radio", { name: "Images" }).click();
  await (await openChip(home, "Date")).getByLabel("From").fill("2020-01-05");
  arrive();
  await expect(home).toHaveURL("/?type=image&from=2020-01-05");
  await expectListed(home, ["beach.png"]);
  await expect(home.locator('[data-chip="date"] summary')).toHaveText("Since 5 Jan 2020");
});

test("a chip that is opened while a list is on its way stays open, with what is written in it", async ({
  open,
  createPerson,
}) => {
  const admin = await open(await createPerson("admin"));
  await admin.goto("/admin/files");
  const arrive = await holdList(admin, "/admin/files");
  const chips = admin.getByRole("group", { name: "Filters" });
  await chips.getByText("State", { exact: true }).first().click();
  await chips.getByRole("radio", { name: "Quarantined" }).click();
  await chips.getByText("Person", { exact: true }).first().click();
  const field = chips.getByRole("textbox", { name: "Person" });
  await field.pressSequentially("ada");
  arrive();
  await expect(admin).toHaveURL("/admin/files?state=quarantined");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("ada");
  await expect(admin.locator("[data-chip][open]")).toHaveAttribute("data-chip", "person");
  // And it is chosen by going on from it.
  await admin.keyboard.press("Tab");
  await expect(admin).toHaveURL("/admin/files?user=ada&state=quarantined");
});

/**
 * Holds the next list back.
 * @param {Page} page
 * @param {string} path
 * @returns {Promise<() => void>} lets it come
 */
async function holdList(page, path) {
  let arrive = () => {};
  const gate = new Promise((resolve) => (arrive = () => resolve(undefined)));
  await page.route(
    (url) => url.pathname === path,
    async (route) => {
      await gate;
      await route.continue();
    },
    { times: 1 },
  );
  return arrive;
}
