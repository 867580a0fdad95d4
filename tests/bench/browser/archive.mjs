// A ZIP of two thousand files and three GiB, made by the browser: what is in it, the tab's memory, and what went through the app.
// @ts-check
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { residentOf } from "./processes.mjs";
import { KIB, limited, mib, MIB, openStage, seconds, upload, write } from "./stage.mjs";

const SMALL = 1_989;
const SMALL_SIZE = 128 * KIB;
const LARGE = 11;
const LARGE_SIZE = 257 * MIB;
/** What was read lies about until the browser clears it away, as when a large file is sent: see `tab.mjs`. */
const MOST = 640 * MIB;
/** What leaks is never cleared away: the second half, which is of large files alone, may not have so much more left than the first. */
const GROWTH = 256 * MIB;
/** What it is made of and its URLs, both ways. */
const MOST_BY_APP = 8 * MIB;
/** Until the first clearing away. */
const SETTLING = 5;
const BEAT = 500;
const PATIENCE = 1_200_000;

/** Says so, once all files were read and held against what they were. */
const CHECK = `
import hashlib, json, sys, zipfile
sums = json.load(open(sys.argv[2]))
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in archive.namelist():
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        assert sums.pop(name) == digest.hexdigest(), name
assert not sums, list(sums)[:3]
print("whole")
`;

/** @returns {Promise<import("./main.mjs").Row[]>} */
export async function measureArchive() {
  const stage = await openStage();
  const { page, counter } = stage;
  const sums = await bring(stage);
  await page.goto("/");
  // Without a file that somebody chooses it goes by the service worker.
  await page.evaluate(() =>
    navigator.serviceWorker.ready.then(() => Reflect.set(window, "showSaveFilePicker", undefined)),
  );
  const boxes = page.getByRole("checkbox", { name: /^Select file/ });
  await boxes.first().check();
  await page.getByRole("button", { name: "Select all" }).click();
  await page.getByRole("button", { name: /^Select all \d/ }).click();
  const watch = await watchPages(stage);
  const before = counter.sent + counter.answered;
  const began = performance.now();
  const [download] = await Promise.all([
    page.waitForEvent("download", { timeout: PATIENCE }),
    page.getByRole("button", { name: "Download", exact: true }).click(),
  ]);
  const path = await download.path();
  const taken = performance.now() - began;
  const { peak, first, second } = watch.end();
  const byApp = counter.sent + counter.answered - before;
  const list = join(stage.folder, "sums.json");
  await writeFile(list, JSON.stringify(sums));
  execFileSync("unzip", ["-tqq", path], { stdio: "inherit" });
  const isWhole = execFileSync("python3", ["-c", CHECK, path, list], { encoding: "utf8" }).trim() === "whole";
  await stage.close();
  return [
    {
      what: "2,000 files and 3 GiB as one ZIP, each of them whole",
      measured: seconds(taken),
      limit: "",
      isKept: isWhole,
    },
    { what: "  the tab's peak, more than before", ...limited(peak, MOST) },
    { what: "  its least in the first half, more than before", measured: mib(first), limit: "", isKept: true },
    { what: "  its least in the second half, more than before", ...limited(second, first + GROWTH) },
    { what: "  browser and app, both ways", ...limited(byApp, MOST_BY_APP) },
  ];
}

/**
 * Uploads them all.
 * @param {import("./stage.mjs").Stage} stage
 * @returns {Promise<Record<string, string>>} SHA-256 of each by its name
 */
async function bring({ page, folder }) {
  const files = join(folder, "files");
  await mkdir(files);
  /** @type {Record<string, string>} */
  const sums = {};
  for (let number = 0; number < SMALL + LARGE; number += 1) {
    const name = `file ${String(number).padStart(4, "0")}.bin`;
    sums[name] = await write(join(files, name), number < SMALL ? SMALL_SIZE : LARGE_SIZE);
  }
  await upload(
    page,
    Object.keys(sums).map((name) => join(files, name)),
    PATIENCE,
  );
  await rm(files, { recursive: true });
  return sums;
}

/**
 * The memory of the pages' processes, and of the service worker's.
 * @param {import("./stage.mjs").Stage} stage
 */
async function watchPages({ browser }) {
  const session = await browser.newBrowserCDPSession();
  const read = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { id }) => sum + residentOf(id), 0);
  };
  const samples = [await read()];
  const timer = setInterval(
    () =>
      void read()
        .then((bytes) => samples.push(bytes))
        .catch(() => {}),
    BEAT,
  );
  const end = () => {
    clearInterval(timer);
    const [before = NaN] = samples;
    const half = Math.ceil(samples.length / 2);
    const least = (/** @type {number[]} */ some) => Math.min(...some) - before;
    const [first, second] = [least(samples.slice(SETTLING, half)), least(samples.slice(half))];
    return { peak: Math.max(...samples) - before, first, second };
  };
  return { end };
}
