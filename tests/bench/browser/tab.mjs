// The tab's memory while a large file goes: every page's process, read once a second, and the largest of it.
// @ts-check
import { join } from "node:path";
import { residentOf } from "./processes.mjs";
import { limited, mib, MIB, openStage, seconds, upload, write } from "./stage.mjs";

const SIZE = 4096 * MIB;
/** What was read of the file lies about until the browser clears it away, which it does when some hundred MiB are there. */
const MOST = 640 * MIB;
/** What leaks is never cleared away: after that, the second half may not have so much more left than the first. */
const GROWTH = 128 * MIB;
/** Until the first clearing away. */
const SETTLING = 5;
const BEAT = 1_000;

/** @returns {Promise<import("./main.mjs").Row[]>} */
export async function measureTab() {
  const stage = await openStage();
  const path = join(stage.folder, "film.bin");
  await write(path, SIZE, { isSparse: true });
  const session = await stage.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  const read = () => pids.reduce((sum, pid) => sum + residentOf(pid), 0);
  const samples = [read()];
  const timer = setInterval(() => samples.push(read()), BEAT);
  const taken = await upload(stage.page, [path]).finally(() => clearInterval(timer));
  const heap = await scriptMemory(stage.page);
  await stage.close();
  const [before = NaN] = samples;
  const half = Math.ceil(samples.length / 2);
  const least = (/** @type {number[]} */ some) => Math.min(...some) - before;
  const [first, second] = [least(samples.slice(SETTLING, half)), least(samples.slice(half))];
  return [
    { what: "4 GiB by Cloakroom's page", measured: seconds(taken), limit: "", isKept: true },
    { what: "  the tab's peak, more than before", ...limited(Math.max(...samples) - before, MOST) },
    { what: "  its least in the first half, more than before", measured: mib(first), limit: "", isKept: true },
    { what: "  its least in the second half, more than before", ...limited(second, first + GROWTH) },
    { what: "  the page's scripts at the end", measured: mib(heap), limit: "", isKept: true },
  ];
}

/** @param {import("./stage.mjs").Page} page */
async function scriptMemory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? NaN;
}
