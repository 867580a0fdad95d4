// A minute without a network in the middle of 25 files: nobody clicks, and all of them arrive, once.
// @ts-check
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { storedFiles } from "../../e2e/support/store.js";
import { MIB, openStage, seconds, upload, write } from "./stage.mjs";

const COUNT = 25;
const SIZE = 2 * MIB;
/** After so many files were begun. */
const MIDDLE = 8;
const MINUTE = 60_000;

/** @returns {Promise<import("./main.mjs").Row[]>} */
export async function measureOffline() {
  const stage = await openStage();
  const { page, server } = stage;
  /** @type {string[]} */
  const expected = [];
  const paths = Array.from({ length: COUNT }, (_, number) => join(stage.folder, `${number}.bin`));
  for (const [number, path] of paths.entries()) expected.push(`${number}.bin ${await write(path, SIZE)}`);
  let begun = 0;
  /** @type {Promise<void>} */
  const middle = new Promise((resolve) => {
    page.on("request", (request) => {
      begun += request.method() === "PUT" && request.url().startsWith(server.storeOrigin) ? 1 : 0;
      if (begun === MIDDLE) resolve();
    });
  });
  const all = upload(page, paths);
  await middle;
  await page.context().setOffline(true);
  await after(MINUTE);
  const done = await page.locator('[data-queue] [data-state="done"]').count();
  await page.context().setOffline(false);
  const back = Date.now();
  await all;
  const taken = Date.now() - back;
  const stored = (await storedFiles(stage.bucket)).map(({ name, sha256 }) => `${name} ${sha256}`);
  await stage.close();
  const isSame = stored.toSorted().join() === expected.toSorted().join();
  const right = isSame ? COUNT : stored.filter((one) => expected.includes(one)).length;
  return [
    { what: "25 files, 60 s offline: arrived before", measured: `${done}`, limit: "", isKept: done < COUNT },
    { what: "  all arrived, once and whole, without a click", measured: `${right}`, limit: "25", isKept: isSame },
    { what: "  after the network was back, within", measured: seconds(taken), limit: "", isKept: true },
  ];
}
