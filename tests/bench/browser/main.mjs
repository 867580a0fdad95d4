// Measures what is asked for, or everything, prints a table, and fails above the limits.
// @ts-check
import { measureArchive } from "./archive.mjs";
import { measureKills } from "./kills.mjs";
import { measureLarge } from "./large.mjs";
import { measureMany } from "./many.mjs";
import { measureOffline } from "./offline.mjs";
import { measurePictures } from "./pictures.mjs";
import { closeAll } from "./stage.mjs";
import { measureTab } from "./tab.mjs";

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} measured
 * @property {string} limit in words; none where there is nothing to fail
 * @property {boolean} isKept
 *
 * @typedef {() => Promise<Row[]>} Measurement
 */

/** @type {Record<string, Measurement>} */
const MEASUREMENTS = {
  large: measureLarge,
  many: measureMany,
  tab: measureTab,
  offline: measureOffline,
  kills: measureKills,
  pictures: measurePictures,
  archive: measureArchive,
};

/** So long all of it may take, in milliseconds. */
const PATIENCE = 45 * 60_000;

/** @param {Row} row */
function print({ what, measured, limit, isKept }) {
  console.log([what.padEnd(58), measured.padStart(22), `  ${limit}${isKept ? "" : "  NOT KEPT"}`].join(""));
}

async function measure() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in MEASUREMENTS));
  if (unknown.length > 0) throw new Error(`There are ${Object.keys(MEASUREMENTS)}, and no ${unknown}.`);
  let isKept = true;
  for (const [name, act] of Object.entries(MEASUREMENTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const row of await act()) {
      print(row);
      isKept &&= row.isKept;
    }
  }
  return isKept ? 0 : 1;
}

/** Whoever asks first ends it. @type {Promise<void> | undefined} */
let ending;

/** @param {number} code */
async function end(code) {
  ending ??= closeAll();
  await ending;
  process.exit(code);
}

/** @param {unknown} problem */
function fail(problem) {
  // What breaks off while it ends was to be expected.
  if (!ending) console.error(problem);
  return end(1);
}

process.on("unhandledRejection", (problem) => void fail(problem));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void end(1));
setTimeout(() => {
  console.error("It took too long.");
  void end(1);
}, PATIENCE).unref();

try {
  await end(await measure());
} catch (problem) {
  await fail(problem);
}
