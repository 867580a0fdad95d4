// Twenty tabs that are killed at a random moment of a file of 40 MiB, and what the next tab sends again.
// @ts-check
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { killAndGoOn, randomMoment, Tally } from "../../e2e/support/kill.js";
import { Relay } from "../../e2e/support/relay.js";
import { storedFiles } from "../../e2e/support/store.js";
import { median, mib, MIB, openStage, write } from "./stage.mjs";

const RUNS = 20;
const PART = 8 * MIB;
/** Not a whole number of parts. */
const SIZE = 5 * PART + 1;

/** @returns {Promise<import("./main.mjs").Row[]>} */
export async function measureKills() {
  let tally = new Tally();
  const stage = await openStage({ SINGLE_PUT_MAX: "5 MiB" }, new Relay((passage) => tally.treat(passage)));
  const first = join(stage.folder, "film.bin");
  const sha256 = await write(first, SIZE);
  let path = first;
  const outcomes = [];
  for (let run = 0; run < RUNS; run += 1) {
    const next = join(stage.folder, `${run}.bin`);
    await rename(path, next);
    path = next;
    tally = new Tally();
    const moment = randomMoment(`run ${run}`, SIZE);
    outcomes.push(await killAndGoOn(stage.page.context(), stage.url, { path, size: SIZE, moment, tally }));
  }
  const stored = await storedFiles(stage.bucket);
  await stage.close();
  const whole = stored.filter((file) => file.sha256 === sha256).length;
  const had = outcomes.flatMap((one) => one.stored).length;
  const again = outcomes.flatMap((one) => one.sentAfter.filter((part) => one.stored.includes(part))).length;
  const twice = outcomes.map(({ sentTwice }) => sentTwice);
  const over = outcomes.filter(({ sentTwice, inFlight }) => sentTwice > inFlight * PART).length;
  const known = outcomes.filter(({ isRemembered }) => isRemembered).length;
  return [
    { what: `${RUNS} tabs killed: listed by the next as unfinished`, ...exactly(known, RUNS) },
    { what: "  arrived, once and whole", ...exactly(stored.length === RUNS ? whole : -1, RUNS) },
    { what: "  parts that the store had when they were killed", measured: `${had}`, limit: "> 0", isKept: had > 0 },
    { what: "  of those, sent again", ...exactly(again, 0) },
    { what: "  more sent twice than one part for each on its way", ...exactly(over, 0) },
    { what: "  sent twice, the median", measured: mib(median(twice)), limit: "", isKept: true },
    { what: "  sent twice, the most", measured: mib(Math.max(...twice)), limit: "", isKept: true },
    {
      what: "  on their way at once, the most",
      measured: `${Math.max(...outcomes.map(({ inFlight }) => inFlight))}`,
      limit: "≤ 6",
      isKept: outcomes.every(({ inFlight }) => inFlight <= 6),
    },
  ];
}

/**
 * @param {number} count
 * @param {number} right
 */
function exactly(count, right) {
  return { measured: `${count}`, limit: `= ${right}`, isKept: count === right };
}
