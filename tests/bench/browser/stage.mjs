// What each measurement begins with: servers of its own, a browser, and somebody signed in. All of it is ended with the program.
// @ts-check
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, launchOptions } from "../../e2e/support/browser.js";
import { allowOrigins } from "../../e2e/support/cors.js";
import { openServer } from "../../e2e/support/setups.js";
import { Counter } from "./counter.mjs";
import { UnwatchedTab } from "./unwatched.mjs";

export const KIB = 1024;
export const MIB = 1024 * KIB;

/**
 * @typedef {import("../../e2e/support/test.js").Page} Page
 *
 * @typedef {object} Stage
 * @property {import("../../e2e/support/setups.js").Server} server
 * @property {import("../../e2e/support/cors.js").Bucket} bucket
 * @property {Counter} counter between the browser and the app
 * @property {import("../../e2e/support/test.js").Browser} browser
 * @property {Page} page the gallery, of somebody signed in
 * @property {string} url
 * @property {string} folder for files to upload
 * @property {(end: () => Promise<unknown>) => void} ends what is to be ended with it
 * @property {() => Promise<void>} close
 */

const PERSON = { name: "Ada Lovelace", email: "ada@example.com", password: "three plain words" };

/** @type {Set<() => Promise<void>>} */
const stages = new Set();

export async function closeAll() {
  for (const close of stages) await close().catch(console.error);
}

/**
 * @param {Record<string, string>} [settings]
 * @param {import("../../e2e/support/setups.js").Between} [between] a store and all who use it
 * @returns {Promise<Stage>}
 */
export async function openStage(settings = {}, between = nothing()) {
  /** @type {(() => Promise<unknown>)[]} */
  const endings = [];
  const close = async () => {
    stages.delete(close);
    /** @type {unknown[]} */
    const problems = [];
    for (const end of endings.splice(0).toReversed()) await end().catch((problem) => problems.push(problem));
    if (problems.length > 0) throw new AggregateError(problems, "Not all of it ended.");
  };
  stages.add(close);
  const folder = await mkdtemp(join(tmpdir(), "cloakroom-bench-"));
  endings.push(() => rm(folder, { recursive: true }));
  const server = await openServer("embedded", { PRESIGN_PER_SECOND: "100000", ...settings }, between);
  endings.push(() => server.stop());
  const { bucket } = server;
  if (!bucket) throw new Error("The store is no process of its own.");
  const counter = new Counter();
  endings.push(() => counter.close());
  const url = await counter.open(server.url);
  await allowOrigins(bucket, [url]);
  await server.createUser({ ...PERSON, role: "member" });
  // It ends in its turn, and not by itself.
  const untold = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await chromium.launch({ ...launchOptions(), ...untold });
  endings.push(() => browser.close());
  const page = await signedIn(browser, url);
  await page.goto("/");
  await page.getByLabel("Choose files").waitFor({ state: "attached" });
  const ends = (/** @type {() => Promise<unknown>} */ end) => void endings.push(end);
  return { server, bucket, counter, browser, page, url, folder, ends, close };
}

/**
 * Somebody signed in, with nothing between them and the app.
 * @param {Stage} stage
 */
export async function openTab({ server, bucket, url, folder, ends }) {
  await allowOrigins(bucket, [url, server.url]);
  const tab = await UnwatchedTab.open(join(folder, "profile"), `${server.url}/sign-in`);
  ends(() => tab.close());
  const { email, password } = PERSON;
  await tab.run((form) => fetch("/sign-in", { method: "POST", body: new URLSearchParams(form) }).then(() => 0), {
    email,
    password,
  });
  await tab.goTo(server.url);
  return tab;
}

/** @returns {import("../../e2e/support/setups.js").Between} */
function nothing() {
  return { open: async (store) => store, close: async () => {} };
}

/**
 * @param {import("../../e2e/support/test.js").Browser} browser
 * @param {string} url
 */
export async function signedIn(browser, url) {
  const page = await (await browser.newContext({ baseURL: url, locale: "en-GB" })).newPage();
  await page.request.post("/sign-in", { form: { email: PERSON.email, password: PERSON.password } });
  return page;
}

/**
 * Writes a file of bytes without a pattern, or, sparse, of nothing but zeros.
 * @param {string} path
 * @param {number} size
 * @param {{isSparse?: boolean}} [how]
 * @returns {Promise<string>} its SHA-256; none of a sparse one
 */
export async function write(path, size, { isSparse = false } = {}) {
  const file = await open(path, "w");
  const hash = createHash("sha256");
  for (let place = 0; !isSparse && place < size;) {
    const { bytesWritten, buffer } = await file.write(randomBytes(Math.min(8 * MIB, size - place)));
    hash.update(buffer);
    place += bytesWritten;
  }
  await file.truncate(size);
  await file.close();
  return isSparse ? "" : hash.digest("hex");
}

/**
 * Chooses files, and waits until all have arrived.
 * @param {Page} page
 * @param {string[]} paths
 * @param {number} [patience] in milliseconds
 * @returns {Promise<number>} the milliseconds from the choice to the last row that is done
 */
export async function upload(page, paths, patience = 600_000) {
  await page.evaluate(() => {
    const note = () => Reflect.set(window, "began", performance.now());
    document.addEventListener("change", note, { capture: true, once: true });
  });
  await page.getByLabel("Choose files").setInputFiles(paths);
  const arrived = await page.waitForFunction(
    (count) => {
      const rows = (/** @type {string} */ state) => document.querySelectorAll(`[data-queue] [data-state="${state}"]`);
      if (rows("failed").length > 0) return -1;
      return rows("done").length === count && performance.now() - Number(Reflect.get(window, "began"));
    },
    paths.length,
    { timeout: patience, polling: "raf" },
  );
  const taken = Number(await arrived.jsonValue());
  if (taken < 0) throw new Error("A file did not arrive.");
  return taken;
}

/** @param {number[]} numbers */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** @param {number} bytes */
export function mib(bytes) {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

/**
 * How many bytes were measured, and whether that is within the limit.
 * @param {number} bytes
 * @param {number} most
 */
export function limited(bytes, most) {
  return { measured: mib(bytes), limit: `≤ ${mib(most)}`, isKept: bytes <= most };
}
