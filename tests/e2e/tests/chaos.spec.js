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
 * The ids of all files in the gallery, from its first page to its last.
 * @param {Page} page
 */
async function listed(page) {
  /** @type {string[]} */
  const ids = [];
  for (let next = "/"; next !== "";) {
    const text = await (await page.request.get(next)).text();
    ids.push(...[...text.matchAll(/data-id="([^"]+)"/g)].map(([, id = ""]) => id));
    next = /<a class="button" href="([^"]+)" hx-get=/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  }
  return ids.toSorted();
}
