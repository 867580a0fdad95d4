// Several files downloaded as one archive, which the browser makes: what is in it, what is not, and giving it up.
import { readFile, writeFile } from "node:fs/promises";
import { expectAccessible } from "../support/accessible.js";
import { readArchive, sumOf } from "../support/archive.js";
import { picture, text } from "../support/files.js";
import { box, card, uploadAsAProgram } from "../support/gallery.js";
import { Relay } from "../support/relay.js";
import { shareAsAProgram } from "../support/shares.js";
import { expect, fillInSignIn, somebody, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

/** What the store answers with. */
const FROM_STORE = /response-content-disposition=attachment/;

/**
 * The progress, and how it ended.
 * @param {Page} page
 */
const panel = (page) => page.getByRole("region", { name: "Download" });

/** A browser that cannot write into a file that somebody chooses. @param {Page} page */
async function withoutPicker(page) {
  await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
}

/** A browser in which somebody chooses a file that the page itself keeps. @param {Page} page */
async function chooseWithin(page) {
  await page.evaluate(() => {
    const showSaveFilePicker = async () =>
      (await navigator.storage.getDirectory()).getFileHandle("chosen.zip", { create: true });
    Object.assign(window, { showSaveFilePicker });
  });
}

/** What is in that file, in Base64. @param {Page} page */
function chosen(page) {
  return page.evaluate(async () => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle("chosen.zip");
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
}

/** @param {Page} page */
async function downloadAll(page) {
  await page.getByRole("button", { name: "Select all" }).click();
  await page.getByRole("button", { name: "Download", exact: true }).click();
}

test.describe("by the service worker", () => {
  test.use({ serviceWorkers: "allow" });

  test("selected files and folders come as one archive, names that are the same told apart", async ({ home }) => {
    const [one, two, other] = [text("a.txt", "The first.\n"), text("a.txt", "The second.\n"), picture("b.png")];
    const within = text("c.txt", "In a folder.\n");
    await uploadAsAProgram(home, [one, two, other, { ...within, folder: "Iceland/Coast" }]);
    await home.goto("/");
    await expect(card(home, "b.png")).toBeVisible();
    await withoutPicker(home);
    await box(home, "b.png").check();
    const [download] = await Promise.all([home.waitForEvent("download"), downloadAll(home)]);
    expect(download.suggestedFilename()).toMatch(/^Files \d{4}-\d\d-\d\d\.zip$/);
    const { sums } = readArchive(await download.path());
    expect(Object.keys(sums).toSorted()).toEqual(["Iceland/Coast/c.txt", "a (2).txt", "a.txt", "b.png"]);
    const files = [one, two, other, within];
    expect(Object.values(sums).toSorted()).toEqual(files.map(({ buffer }) => sumOf(buffer)).toSorted());
    await expect(panel(home).getByRole("heading", { name: "4 files downloaded" })).toBeVisible();
    await panel(home).getByRole("button", { name: "Close" }).click();
    await expect(panel(home)).toBeHidden();
  });

  test("a guest downloads all that a link of a folder shows, which counts once", async ({ home, open, watch }) => {
    const [fjord, beach] = [text("fjord.txt"), picture("beach.png")];
    await uploadAsAProgram(home, [
      { ...fjord, folder: "Island" },
      { ...beach, folder: "Island/Coast" },
    ]);
    await home.goto("/");
    const tile = home.getByRole("list", { name: "Folders", exact: true }).getByRole("link", { name: "Island" });
    const folder = (await tile.getAttribute("href"))?.split("/").at(-1) ?? "";
    const link = await shareAsAProgram(home, `folder=${folder}`, {
      title: "Iceland",
      has_limit: "1",
      most_downloads: "1",
    });
    const guest = await open(null);
    await guest.goto(link);
    await expect(guest.getByText("1 download is left.")).toBeVisible();
    await withoutPicker(guest);
    await expectAccessible(guest);
    const [download] = await Promise.all([
      guest.waitForEvent("download"),
      guest.getByRole("button", { name: "Download all" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("Iceland.zip");
    const { sums } = readArchive(await download.path());
    expect(sums).toEqual({ "Coast/beach.png": sumOf(beach.buffer), "fjord.txt": sumOf(fjord.buffer) });
    await expect(panel(guest).getByRole("heading", { name: "2 files downloaded" })).toBeVisible();
    await expectAccessible(guest);
    watch.announce(/status of 410/);
    await guest.reload();
    await expect(guest.getByRole("heading", { name: "This link is used up" })).toBeVisible();
    await home.goto("/shared");
    await expect(home.getByRole("row", { name: /Iceland/ })).toContainText("1 of 1");
  });
});

test("what is refused on the way is signed again, what is gone is named, and the rest arrives on another page", async ({
  home,
  watch,
}) => {
  watch.announce(/status of 403/);
  const large = text("large.txt", "0123456789abcdef".repeat(40_000));
  await uploadAsAProgram(home, [text("gone.txt"), large, text("small.txt")]);
  await home.goto("/");
  await expect(card(home, "gone.txt")).toBeVisible();
  await withoutPicker(home);
  const gone = (await card(home, "gone.txt").getAttribute("data-page"))?.split("/").at(-1) ?? "";
  let refused = 0;
  await home.route(FROM_STORE, async (route) => {
    const isFirst = route.request().url().includes("large.txt") && (refused += 1) === 1;
    if (isFirst) await route.fulfill({ status: 403, headers: { "Access-Control-Allow-Origin": "*" } });
    else await route.continue();
  });
  // It goes to the trash once it is known what is to be in the archive.
  let signed = 0;
  await home.route("**/archives/urls", async (route) => {
    signed += 1;
    if (signed === 1)
      await home.request.post("/files/trash", { form: { id: gone }, headers: { Origin: new URL(home.url()).origin } });
    await route.continue();
  });
  const coming = home.waitForEvent("download");
  await box(home, "small.txt").check();
  await downloadAll(home);
  await home.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Trash" }).click();
  await expect(home.getByRole("heading", { name: "Trash", level: 1 })).toBeVisible();
  const { sums, texts } = readArchive(await (await coming).path());
  expect(Object.keys(sums).toSorted()).toEqual(["Not in this archive.txt", "large.txt", "small.txt"]);
  expect(sums["large.txt"]).toBe(sumOf(large.buffer));
  expect(texts["Not in this archive.txt"]).toContain("gone.txt\r\n    It is not there any more.");
  expect([refused, signed]).toEqual([2, 2]);
  await expect(panel(home).getByRole("heading", { name: "2 of 3 files downloaded" })).toBeVisible();
  await expect(panel(home).getByRole("list", { name: "Not in the archive" })).toContainText("gone.txt");
});

test("into a file that somebody chose, a file arrives whole although the line broke in its middle", async ({
  open,
  openServer,
  watch,
}) => {
  watch.announce(/ERR_/);
  const large = text("large.txt", "0123456789abcdef".repeat(40_000));
  /** @type {(string | undefined)[]} what was asked for of the large one */
  const ranges = [];
  /** @type {() => void} */
  let breakOff = () => {};
  const broken = new Promise((resolve) => (breakOff = () => resolve(null)));
  const relay = new Relay(async (passage) => {
    const { incoming, answer, url } = passage;
    const from = await passage.ask();
    const isRead = incoming.method === "GET" && FROM_STORE.test(url.search) && url.pathname.endsWith("large.txt");
    if (!isRead) return passage.give(from);
    ranges.push(incoming.headers.range);
    if (ranges.length > 1) return passage.give(from);
    answer.writeHead(from.statusCode ?? 500, from.headers);
    let left = large.buffer.length / 2;
    for await (const piece of from) {
      answer.write(piece.subarray(0, left));
      left -= piece.length;
      if (left <= 0) break;
    }
    await broken;
    passage.drop();
  });
  const server = await openServer({}, relay);
  const person = somebody("Ada Lovelace", "member");
  await server.createUser(person);
  const page = await open(null, { baseURL: server.url });
  await page.goto("/");
  await fillInSignIn(page, person);
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  await uploadAsAProgram(page, [large, text("small.txt")]);
  await page.goto("/");
  await expect(card(page, "small.txt")).toBeVisible();
  await chooseWithin(page);
  await box(page, "small.txt").check();
  await downloadAll(page);
  await expect(panel(page).getByText(/^3\d\d KB of 64\d KB/)).toBeVisible();
  breakOff();
  await expect(panel(page).getByRole("heading", { name: "2 files downloaded" })).toBeVisible();
  const [first, second, ...more] = ranges;
  expect([first, more]).toEqual([undefined, []]);
  expect(second, "it went on where it was").toMatch(/^bytes=3\d{5}-$/);
  const path = test.info().outputPath("chosen.zip");
  await writeFile(path, Buffer.from(await chosen(page), "base64"));
  const { sums } = readArchive(path);
  expect(sums).toEqual({ "large.txt": sumOf(large.buffer), "small.txt": sumOf(text("small.txt").buffer) });
});

test("a download that is given up ends, and another one can begin", async ({ home }) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt")]);
  await home.goto("/");
  await expect(card(home, "1.txt")).toBeVisible();
  await withoutPicker(home);
  let isHeld = true;
  await home.route(FROM_STORE, (route) => (isHeld ? undefined : route.continue()));
  await box(home, "1.txt").check();
  await downloadAll(home);
  await expect(panel(home).getByRole("heading", { name: "Downloading 1 of 2" })).toBeVisible();
  await panel(home).getByRole("button", { name: "Cancel" }).click();
  await expect(panel(home).getByRole("heading", { name: "Download cancelled" })).toBeVisible();
  isHeld = false;
  const [download] = await Promise.all([
    home.waitForEvent("download"),
    home.getByRole("button", { name: "Download", exact: true }).click(),
  ]);
  expect(Object.keys(readArchive(await download.path()).sums).toSorted()).toEqual(["1.txt", "2.txt"]);
});

test("a folder comes with all that lies below it, by its menu and when it is open", async ({ home }) => {
  const [fjord, beach] = [text("fjord.txt"), text("beach.txt")];
  await uploadAsAProgram(home, [
    { ...fjord, folder: "Iceland" },
    { ...beach, folder: "Iceland/Coast" },
  ]);
  await home.goto("/");
  await withoutPicker(home);
  await home.getByRole("button", { name: "More for Iceland" }).click();
  const menu = home.getByRole("group", { name: "Folder" });
  const [first] = await Promise.all([
    home.waitForEvent("download"),
    menu.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(first.suggestedFilename()).toBe("Iceland.zip");
  const { sums } = readArchive(await first.path());
  expect(sums).toEqual({ "Coast/beach.txt": sumOf(beach.buffer), "fjord.txt": sumOf(fjord.buffer) });
  await home.getByRole("list", { name: "Folders", exact: true }).getByRole("link", { name: "Iceland" }).click();
  await expect(home.getByRole("heading", { level: 1, name: "Iceland" })).toBeVisible();
  await home.getByRole("button", { name: "More for Iceland" }).click();
  const [second] = await Promise.all([
    home.waitForEvent("download"),
    home.getByRole("group", { name: "Iceland" }).getByRole("button", { name: "Download" }).click(),
  ]);
  expect(readArchive(await second.path()).sums).toEqual(sums);
});

test("names are safe wherever an archive is unpacked, and no two are the same", async () => {
  // For Node.js what pages are served is no module.
  const script = await readFile(new URL("../../../static/js/archive/names.js", import.meta.url), "base64");
  const { Names } = await import(`data:text/javascript;base64,${script}`);
  const names = new Names();
  for (const [path, name, called] of /** @type {const} */ ([
    ["", "a.txt", "a.txt"],
    ["", "A.TXT", "A (2).TXT"],
    ["", "a (2).txt", "a (2) (2).txt"],
    ["", "a.txt", "a (3).txt"],
    ["Day 1", "a.txt", "Day 1/a.txt"],
    ["..", "../../x", "_/.._.._x"],
    ["a/../b", "con.txt", "a/_/b/_con.txt"],
    ["", "e\u0301.txt", "e\u0301.txt"],
    ["", "\u00e9.txt", "\u00e9 (2).txt"],
    ["", "dot. ", "dot"],
    ["", "in\u202evoice.exe", "in_voice.exe"],
    ["", `${"\u00e9".repeat(300)}.jpeg`, `${"\u00e9".repeat(117)}.jpeg`],
  ])) {
    expect(names.of(path, name)).toBe(called);
  }
});
