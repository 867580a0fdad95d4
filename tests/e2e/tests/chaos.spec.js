// What the upload engine promises on the worst of lines, and when its tab is killed.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Chaos, KINDS } from "../support/chaos.js";
import { onDisk } from "../support/disk.js";
import { bytes } from "../support/files.js";
import { killAndGoOn, randomMoment, Tally } from "../support/kill.js";
import { Relay } from "../support/relay.js";
import { storedFiles, unfinishedUploads } from "../support/store.js";
import { expect, fillInSignIn, somebody, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

const KIB = 1024;
const MIB = 1024 * KIB;
/** Much that goes wrong is only noticed after half a minute, and everything goes wrong here. */
const PATIENCE = 400_000;

/** Two hundred: empty ones, single bytes, what pages and letters weigh, and some in parts of 8 MiB. */
const FILES = Array.from({ length: 200 }, (_, number) => bytes(`${number}.bin`, sizeOf(number)));

/** @param {number} number */
function sizeOf(number) {
  if (number % 50 === 0) return 8 * MIB + number * 40 * KIB + 1;
  if (number % 10 === 1) return 0;
  if (number % 10 === 2) return 1;
  if (number % 10 === 3) return 300 * KIB + number;
  return KIB + number * 317;
}

test("a network that fails every fifth request loses, doubles and changes none of two hundred files", async ({
  open,
  openServer,
  watch,
}) => {
  test.setTimeout(PATIENCE + 60_000);
  const chaos = new Chaos("cloakroom");
  const relay = new Relay((passage) => chaos.treat(passage));
  const server = await openServer({ SINGLE_PUT_MAX: "256 KiB" }, relay);
  const page = await signedIn(open, server);
  watch.announce(/ERR_/, /status of 500/, /status of 503/, /CORS policy/);
  watch.allow(/status of 404 .*save-metadata/);
  const contents = Object.fromEntries(FILES.map(({ name, buffer }) => [name, buffer]));
  await onDisk(contents, async (folder) => {
    await page.getByLabel("Choose files").setInputFiles(FILES.map(({ name }) => join(folder, name)));
    const done = page.getByRole("list", { name: "Uploads" }).locator('[data-state="done"]');
    await expect(done).toHaveCount(FILES.length, { timeout: PATIENCE });
  });

  expect([...chaos.done.keys()].toSorted(), "everything that can go wrong did").toEqual(KINDS.toSorted());
  expect(chaos.hits / chaos.requests).toBeGreaterThan(0.15);
  const { bucket } = server;
  if (!bucket) throw new Error("The store is no process of its own.");
  const stored = await storedFiles(bucket);
  const hash = (/** @type {Buffer} */ buffer) => createHash("sha256").update(buffer).digest("hex");
  const expected = FILES.map(({ name, buffer }) => `${name} ${hash(buffer)}`);
  expect(stored.map(({ name, sha256 }) => `${name} ${sha256}`).toSorted()).toEqual(expected.toSorted());
  expect(await listed(page), "the index has what the store has").toEqual(stored.map(({ fileId }) => fileId).toSorted());
  expect(await unfinishedUploads(bucket), "no parts are left behind").toEqual([]);
});

for (const seed of ["one", "four"]) {
  test(`a tab that is killed at a random moment costs no more than what was on its way (${seed})`, async ({
    open,
    openServer,
    watch,
  }) => {
    // After the reload the server is asked whether nothing is missing.
    watch.announce(/status of 409 .*completion/);
    const tally = new Tally();
    const relay = new Relay((passage) => tally.treat(passage));
    const server = await openServer({ SINGLE_PUT_MAX: "5 MiB" }, relay);
    const page = await signedIn(open, server);
    const film = bytes("film.bin", 40 * MIB + 1);
    await onDisk({ [film.name]: film.buffer }, async (folder) => {
      const size = film.buffer.length;
      const what = { path: join(folder, film.name), size, moment: randomMoment(seed, size), tally };
      const outcome = await killAndGoOn(page.context(), server.url, what);
      expect(outcome.isRemembered).toBe(true);
      expect(outcome.sentAfter.filter((part) => outcome.stored.includes(part))).toEqual([]);
      expect(outcome.inFlight).toBeLessThanOrEqual(6);
      expect(outcome.sentTwice).toBeLessThanOrEqual(outcome.inFlight * 8 * MIB);
    });
    if (!server.bucket) throw new Error("The store is no process of its own.");
    const sha256 = createHash("sha256").update(film.buffer).digest("hex");
    const stored = await storedFiles(server.bucket);
    expect(stored.map((file) => ({ ...file, fileId: "" }))).toEqual([{ fileId: "", name: film.name, sha256 }]);
    expect(await listed(page)).toEqual(stored.map(({ fileId }) => fileId));
  });
}

/**
 * @param {import("../support/test.js").TestFixtures["open"]} open
 * @param {import("../support/test.js").Server} server
 */
async function signedIn(open, server) {
  const person = somebody("Ada Lovelace", "member");
  await server.createUser(person);
  const page = await open(null, { baseURL: server.url });
  await page.goto("/");
  await fillInSignIn(page, person);
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
  return page;
}

/**
 * The ids of all files in the gallery, or in a folder, from its first page to its last.
 * @param {Page} page
 * @param {string} [first]
 */
async function listed(page, first = "/") {
  /** @type {string[]} */
  const ids = [];
  for (let next = first; next !== "";) {
    const text = await (await page.request.get(next)).text();
    ids.push(...[...text.matchAll(/data-id="([^"]+)"/g)].map(([, id = ""]) => id));
    next = /<a class="button" href="([^"]+)" hx-get=/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  }
  return ids.toSorted();
}

/** Four of each guest: an empty one, a letter, a picture's worth, and one in parts. */
const GUESTS = 20;
const SIZES = [0, 900, 200 * KIB, 700 * KIB];
/** Fewer than are sent. */
const TAKEN = 75;

test("twenty guests send at once on such a network, and a request takes what it may, once", async ({
  open,
  openServer,
}) => {
  test.setTimeout(PATIENCE + 60_000);
  const chaos = new Chaos("guests");
  const relay = new Relay((passage) => chaos.treat(passage));
  const server = await openServer({ SINGLE_PUT_MAX: "512 KiB" }, relay);
  const page = await signedIn(open, server);
  const link = await requestLink(page, String(TAKEN));
  // What goes wrong on the way is no complaint here.
  const context = await page.context().browser()?.newContext();
  if (!context) throw new Error("There is no browser.");
  const guests = await Promise.all(Array.from({ length: GUESTS }, () => context.newPage()));
  for (const guest of guests) await guest.goto(link);
  const sent = guests.map((_, guest) => SIZES.map((size, one) => bytes(`${guest}-${one}.bin`, size && size + guest)));
  await Promise.all(guests.map((guest, one) => guest.getByLabel("Choose files").setInputFiles(sent[one] ?? [])));
  let done = 0;
  for (const guest of guests) {
    const rows = guest.getByRole("list", { name: "Uploads" });
    await expect(rows.locator('[data-state="done"], [data-state="failed"]')).toHaveCount(SIZES.length, {
      timeout: PATIENCE,
    });
    done += await rows.locator('[data-state="done"]').count();
  }
  await context.close();
  expect(done, "each guest is told the truth").toBe(TAKEN);
  if (!server.bucket) throw new Error("The store is no process of its own.");
  const hash = (/** @type {Buffer} */ buffer) => createHash("sha256").update(buffer).digest("hex");
  const expected = new Set(sent.flat().map(({ name, buffer }) => `${name} ${hash(buffer)}`));
  await page.goto("/requests");
  const folder = page
    .getByRole("row", { name: /Everything/ })
    .getByRole("link", { name: "Everything" })
    .last();
  const ids = await listed(page, (await folder.getAttribute("href")) ?? "");
  const stored = (await storedFiles(server.bucket)).filter(({ fileId }) => ids.includes(fileId));
  expect(ids.length).toBe(TAKEN);
  expect(new Set(stored.map(({ name }) => name)).size, "none came twice").toBe(TAKEN);
  expect(stored.filter(({ name, sha256 }) => !expected.has(`${name} ${sha256}`))).toEqual([]);
});

/**
 * @param {Page} page of who asks
 * @param {string} most files that are taken
 */
async function requestLink(page, most) {
  await page.goto("/requests/new");
  await page.getByLabel("What you ask for").fill("Everything");
  await page.getByLabel("How many files").fill(most);
  await page.getByRole("button", { name: "Done" }).click();
  const copy = page.getByRole("row", { name: /Everything/ }).getByRole("button", { name: "Copy link" });
  await expect(copy).toBeVisible();
  return (await copy.getAttribute("data-copies")) ?? "";
}
