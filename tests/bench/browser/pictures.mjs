// Forty-eight photographs of seven megabytes: what a gallery of them loads, how soon, and what thumbnails cost the server.
// @ts-check
import { execFileSync } from "node:child_process";
import { link, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { processorTime } from "./processes.mjs";
import { KIB, openStage, seconds, signedIn, upload } from "./stage.mjs";

const COUNT = 48;
/** Drawn; the others are the same under other names. */
const DRAWN = 6;
const PYTHON = new URL("../../../target/venv/bin/python", import.meta.url).pathname;
const DRAWER = new URL("photographs.py", import.meta.url).pathname;
/** 10 Mbit/s, in bytes a second, and what a request takes to the other end and back, in milliseconds. */
const LINE = { offline: false, downloadThroughput: 1_250_000, uploadThroughput: 1_250_000, latency: 20 };
const MOST_BYTES = 3 * 1_000_000;
const LATEST = 5_000;
const BEGINS = 300;
/** For the server's own time. */
const MANY = 1_000;
/** Before it is measured. */
const WARM = 50;

/**
 * @typedef {import("./main.mjs").Row} Row
 * @typedef {import("./stage.mjs").Stage} Stage
 * @typedef {import("./stage.mjs").Page} Page
 */

/** @returns {Promise<Row[]>} */
export async function measurePictures() {
  const stage = await openStage();
  const paths = await photographs(stage.folder);
  const began = performance.now();
  await upload(stage.page, paths);
  const took = performance.now() - began;
  await stage.page.context().close();
  const rows = [
    {
      what: `${COUNT} photographs of 7 MB, uploaded with thumbnails`,
      measured: seconds(took),
      limit: "",
      isKept: true,
    },
    ...(await measureView(stage)),
    await measureOpening(stage),
    ...(await measureServer(stage)),
  ];
  await stage.close();
  return rows;
}

/** @param {string} folder */
async function photographs(folder) {
  const drawn = join(folder, "drawn");
  await mkdir(drawn);
  execFileSync(PYTHON, [DRAWER, drawn, String(DRAWN)]);
  const paths = Array.from({ length: COUNT }, (_, number) => join(folder, `${number}.jpg`));
  for (const [number, path] of paths.entries()) await link(join(drawn, `${number % DRAWN}.jpg`), path);
  return paths;
}

/**
 * A browser that has seen nothing yet, on a slow line.
 * @param {Stage} stage
 */
async function openSlowly({ browser, url }) {
  const page = await signedIn(browser, url);
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", LINE);
  return { page, line };
}

/**
 * @param {Stage} stage
 * @returns {Promise<Row[]>}
 */
async function measureView(stage) {
  const { page, line } = await openSlowly(stage);
  let bytes = 0;
  /** @type {Set<string>} */
  const pictures = new Set();
  line.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
    if (type === "Image" && !request.url.includes("/static/")) pictures.add(requestId);
  });
  line.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (pictures.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(stage.url);
  const times = await drawn(page);
  const first = bytes;
  bytes = 0;
  await page.reload();
  await drawn(page);
  await page.context().close();
  const [soonest = 0, latest = Infinity] = [Math.min(...times), Math.max(...times)];
  const megabytes = `${(first / 1_000_000).toFixed(2)} MB`;
  return [
    {
      what: "Gallery at 10 Mbit/s: pictures' bytes on the first view",
      measured: megabytes,
      limit: "≤ 3 MB",
      isKept: first <= MOST_BYTES,
    },
    { what: "  the first picture after", measured: seconds(soonest), limit: "", isKept: true },
    {
      what: `  all ${COUNT} after`,
      measured: seconds(latest),
      limit: "≤ 5 s",
      isKept: times.length === COUNT && latest <= LATEST,
    },
    { what: "  pictures' bytes on a reload", measured: `${bytes} B`, limit: "0 B", isKept: bytes === 0 },
  ];
}

/**
 * When each picture had come, in milliseconds since the page was asked for.
 * @param {Page} page
 * @returns {Promise<number[]>}
 */
async function drawn(page) {
  await page
    .locator("[data-more]")
    .last()
    .scrollIntoViewIfNeeded({ timeout: 1_000 })
    .catch(() => {});
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(
    (count) => {
      const all = [...document.querySelectorAll("[data-cards] img")];
      return (
        all.filter((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0).length === count
      );
    },
    COUNT,
    { polling: 50 },
  );
  return page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.endsWith("/thumbnail"))
      .map(({ startTime, duration }) => startTime + duration),
  );
}

/**
 * A photograph is opened as soon as its card is there, while the others' cards still load.
 * @param {Stage} stage
 * @returns {Promise<Row>}
 */
async function measureOpening(stage) {
  const { page, line } = await openSlowly(stage);
  await page.goto(stage.url, { waitUntil: "commit" });
  await page.locator("[data-cards] .card-link").first().waitFor();
  /** When it was asked for, by the browser's two clocks, in seconds. @type {Map<string, {wallTime: number, timestamp: number}>} */
  const originals = new Map();
  /** @type {Promise<number>} */
  const begun = new Promise((resolve) => {
    line.on("Network.requestWillBeSent", ({ requestId, request, wallTime, timestamp }) => {
      if (/\/content$/.test(request.url)) originals.set(requestId, { wallTime, timestamp });
    });
    line.on("Network.dataReceived", ({ requestId, timestamp }) => {
      const asked = originals.get(requestId);
      if (asked) resolve((asked.wallTime + timestamp - asked.timestamp) * 1000);
    });
  });
  const left = await page
    .locator("[data-cards] img")
    .evaluateAll((all) => all.filter((one) => one instanceof HTMLImageElement && !one.complete).length);
  await page.evaluate(() => {
    const note = (/** @type {Event} */ { timeStamp }) =>
      Reflect.set(window, "clicked", performance.timeOrigin + timeStamp);
    document.addEventListener("click", note, { capture: true, once: true });
  });
  await page.locator("[data-cards] .card-link").first().click();
  const at = await begun;
  const after = at - Number(await page.evaluate(() => Reflect.get(window, "clicked")));
  await page.context().close();
  const what = `An opened photograph begins after (${left} cards loading)`;
  return { what, measured: seconds(after), limit: "≤ 0.3 s", isKept: after <= BEGINS };
}

/**
 * What a thousand pictures cost the server, with thumbnails and without.
 * @param {Stage} stage
 * @returns {Promise<Row[]>}
 */
async function measureServer({ server, browser, url, folder }) {
  const page = await signedIn(browser, url);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await page.context().close();
  const picture = await readFile(join(folder, "drawn", "0.jpg"));
  const original = picture.subarray(0, 20 * KIB);
  const rows = [];
  const costs = [];
  const some = { length: WARM };
  await Promise.all(Array.from(some, () => one(server.url, cookie, original, true)));
  for (const isWith of [false, true]) {
    const before = processorTime(server.program?.child.pid ?? 0);
    const next = Array.from({ length: MANY }, (_, number) => number);
    const send = async () => {
      for (let number = next.pop(); number !== undefined; number = next.pop())
        await one(server.url, cookie, original, isWith);
    };
    await Promise.all(Array.from({ length: 8 }, send));
    const cost = processorTime(server.program?.child.pid ?? 0) - before;
    costs.push(cost);
    const what = `${MANY} pictures ${isWith ? "with" : "without"} thumbnails: the server's processor time`;
    rows.push({ what, measured: `${cost} ms`, limit: "", isKept: true });
  }
  const [without = 1, withThem = Infinity] = costs;
  rows.push({
    what: "  times",
    measured: (withThem / without).toFixed(2),
    limit: "≤ 2",
    isKept: withThem <= 2 * without,
  });
  return rows;
}

/** A lossy WebP, as far as the server looks. */
const SMALL = Buffer.concat([
  Buffer.from("RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\x10\0\0\x9d\x01\x2a\x00\x02\x80\x01", "latin1"),
  Buffer.alloc(20 * KIB),
]);

/**
 * @param {string} url
 * @param {string} cookie
 * @param {Buffer} original
 * @param {boolean} isWith
 */
async function one(url, cookie, original, isWith) {
  const post = async (/** @type {string} */ path, /** @type {object} */ body) => {
    const headers = {
      "Content-Type": "application/json",
      Cookie: cookie,
      Origin: url,
      "Sec-Fetch-Site": "same-origin",
    };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const seen = {
    width: 4032,
    height: 3024,
    tone: "sky",
    takenAt: "2026-07-14T10:22:31",
    camera: "Canon EOS R5",
    hasPlace: false,
  };
  const more = isWith ? { picture: seen, thumbnail: { contentType: "image/webp", size: SMALL.length } } : {};
  const asked = { fileName: "a.jpg", contentType: "image/jpeg", size: original.length, ...more };
  const { objectKey, thumbnail, ...put } = await post("/presign-upload", asked);
  await Promise.all([send(put, original), thumbnail && send(thumbnail, SMALL)]);
  await post("/save-metadata", { objectKey });
}

/**
 * @param {{presignedUrl: string, headers: Record<string, string>}} signed
 * @param {Buffer} body
 */
async function send({ presignedUrl, headers }, body) {
  const answer = await fetch(presignedUrl, { method: "PUT", headers, body: new Uint8Array(body) });
  if (!answer.ok) throw new Error(`The store answered ${answer.status}.`);
}
