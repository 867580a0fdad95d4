// A file of 1 GiB: how long it takes, against one bare PUT of the same bytes, and what the app has to do with it.
// @ts-check
import { join } from "node:path";
import { putUrls } from "../../e2e/support/store.js";
import { put, watched } from "./bare.mjs";
import { exchanged, memory, processorTime } from "./processes.mjs";
import { KIB, median, MIB, openStage, seconds, upload, write } from "./stage.mjs";

const SIZE = 1024 * MIB;
const ROUNDS = 3;
/** Times a bare PUT. */
const SLOWEST = 1.25;
/** Processor time of the app, in milliseconds. */
const BUSIEST = 50;
/** What the app may take more than at the start, and what may go through it. */
const LARGEST = 16 * MIB;
const MOST = 512 * KIB;

/** @returns {Promise<import("./main.mjs").Row[]>} */
export async function measureLarge() {
  const stage = await openStage();
  const app = stage.server.program?.child.pid ?? 0;
  const { port } = new URL(stage.server.storeOrigin);
  const urls = await putUrls(
    stage.bucket,
    Array.from({ length: ROUNDS }, (_, round) => `bare/${round}`),
  );
  const bare = [];
  const ours = [];
  /** @type {number[][]} */
  const costs = [];
  const peak = memory(app, "VmHWM");
  for (const [round, url] of urls.entries()) {
    const path = join(stage.folder, `film ${round}.bin`);
    await write(path, SIZE);
    bare.push(await put(watched(stage.page), [path], [url], 1));
    // What came in an earlier round is not to be taken for this.
    await stage.page.reload();
    const before = count();
    ours.push(await upload(stage.page, [path]));
    const after = count();
    costs.push(after.map((value, place) => value - (before[place] ?? 0)));
  }
  function count() {
    const { counter } = stage;
    return [processorTime(app), counter.sent, counter.answered, exchanged(app, port)];
  }
  const more = memory(app, "VmHWM") - peak;
  await stage.close();
  const [busy = NaN, sent = NaN, answered = NaN, store = NaN] = [0, 1, 2, 3].map((place) =>
    median(costs.map((cost) => cost[place] ?? NaN)),
  );
  const times = median(ours) / median(bare);
  return [
    { what: "1 GiB by one bare PUT", measured: seconds(median(bare)), limit: "", isKept: true },
    { what: "1 GiB by Cloakroom's page", measured: seconds(median(ours)), limit: "", isKept: true },
    { what: "  times the bare PUT", measured: times.toFixed(2), limit: `≤ ${SLOWEST}`, isKept: times <= SLOWEST },
    { what: "  the app's processor time", measured: `${busy} ms`, limit: `≤ ${BUSIEST} ms`, isKept: busy <= BUSIEST },
    { what: "  the app's peak of memory, more than before", ...limited(more, LARGEST) },
    { what: "  from the browser to the app", ...limited(sent, MOST) },
    { what: "  from the app to the browser", ...limited(answered, MOST) },
    { what: "  between the app and the store, both ways", ...limited(store, MOST) },
  ];
}

/**
 * @param {number} bytes
 * @param {number} most
 */
function limited(bytes, most) {
  const kib = (/** @type {number} */ value) => `${Math.ceil(value / KIB)} KiB`;
  return { measured: kib(bytes), limit: `≤ ${kib(most)}`, isKept: bytes > -1 && bytes <= most };
}
