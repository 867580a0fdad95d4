// A thousand files of 10 KiB: how long they take, against bare PUTs of the same, as many at once.
// @ts-check
import { join } from "node:path";
import { putUrls } from "../../e2e/support/store.js";
import { put } from "./bare.mjs";
import { KIB, median, openStage, openTab, seconds, write } from "./stage.mjs";

const COUNT = 1_000;
const SIZE = 10 * KIB;
/** In each, both are measured right after one another, and compared: what else the machine does comes and goes. */
const ROUNDS = 7;
/** Times bare PUTs. */
const SLOWEST = 1.5;

/** @returns {Promise<import("./main.mjs").Row[]>} */
export async function measureMany() {
  const stage = await openStage();
  const tab = await openTab(stage);
  /** @type {number[]} */
  const bare = [];
  /** @type {number[]} */
  const ours = [];
  const widths = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const paths = Array.from({ length: COUNT }, (_, number) => join(stage.folder, `${round} ${number}.bin`));
    for (const path of paths) await write(path, SIZE);
    await tab.goTo(stage.server.url);
    ours.push(await upload(tab, paths));
    const width = Math.max(1, Math.round(await putsAtOnce(tab, stage.server.storeOrigin)));
    widths.push(width);
    const keys = paths.map((_, number) => `bare/${round}/${number}`);
    bare.push(await put(tab, paths, await putUrls(stage.bucket, keys), width));
  }
  await stage.close();
  const times = median(ours.map((time, round) => time / (bare[round] ?? NaN)));
  const at = `${COUNT} × 10 KiB by bare PUTs, ${widths} at once`;
  return [
    { what: at, measured: seconds(median(bare)), limit: "", isKept: true },
    { what: `${COUNT} × 10 KiB by Cloakroom's page`, measured: seconds(median(ours)), limit: "", isKept: true },
    { what: "  times the bare PUTs", measured: times.toFixed(2), limit: `≤ ${SLOWEST}`, isKept: times <= SLOWEST },
  ];
}

/**
 * Chooses files, and waits until all have arrived.
 * @param {import("./unwatched.mjs").UnwatchedTab} tab
 * @param {string[]} paths
 * @returns {Promise<number>} milliseconds
 */
async function upload(tab, paths) {
  await tab.run((count) => {
    performance.clearResourceTimings();
    performance.setResourceTimingBufferSize(100_000);
    const arrived = new Promise((resolve) => {
      const begin = () => {
        const began = performance.now();
        const dock = document.querySelector("[data-dock]");
        if (!dock) throw new Error("There is no dock.");
        // Looking for them all the time would cost the page as much as sending them.
        const eye = new MutationObserver(() => {
          const done = dock.matches(".is-receipt") ? dock.querySelectorAll('[data-state="done"]').length : 0;
          if (done === count) resolve(performance.now() - began);
        });
        eye.observe(dock, { attributeFilter: ["class"] });
      };
      document.addEventListener("change", begin, { capture: true, once: true });
    });
    Reflect.set(window, "arrived", arrived);
  }, paths.length);
  await tab.choose("[data-picker]", paths);
  return Number(await tab.run(() => Reflect.get(window, "arrived")));
}

/**
 * How many PUTs to the store were under way at once, on average over the time in which any was.
 * @param {import("./unwatched.mjs").UnwatchedTab} tab
 * @param {string} store
 */
function putsAtOnce(tab, store) {
  return tab.run((origin) => {
    const puts = performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.startsWith(origin))
      .map(({ startTime, duration }) => ({ from: startTime, to: startTime + duration }))
      .toSorted((a, b) => a.from - b.from);
    let any = 0;
    let end = 0;
    for (const { from, to } of puts) {
      any += Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
    }
    return puts.reduce((sum, { from, to }) => sum + to - from, 0) / any;
  }, store);
}
