// A tab that is killed in the middle of a large file, and another that goes on: what went over the line, counted in between.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { row } from "./gallery.js";

/**
 * @typedef {import("@playwright/test").BrowserContext} BrowserContext
 * @typedef {import("@playwright/test").Page} Page
 *
 * @typedef {object} Part
 * @property {string} number
 * @property {boolean} isStored the store said so
 * @property {boolean} isOver it was answered, or broke off
 *
 * @typedef {object} Outcome
 * @property {boolean} isRemembered the next tab listed the file as unfinished
 * @property {string[]} stored the parts that the store had when the tab was killed
 * @property {number} inFlight how many were on their way then
 * @property {string[]} sentAfter the parts that the next tab sent
 * @property {number} sentTwice bytes that went over the line beyond the file's own
 */

/** Counts what browsers send to a store, and holds everything at a given moment. */
export class Tally {
  constructor() {
    this.received = 0;
    /** @type {Part[]} */
    this.parts = [];
    this.moment = Infinity;
    this.reach = () => {};
    this.cut = () => {};
    /** @type {Promise<unknown>} */
    this.gate = Promise.resolve();
  }

  /**
   * @param {number} moment in bytes that were received
   * @returns {Promise<void>} when it is there, and nothing moves any more
   */
  holdAt(moment) {
    this.moment = moment;
    return new Promise((resolve) => (this.reach = resolve));
  }

  /** Breaks off what is held, with what the kernels between still have of it; what comes later goes through. */
  breakOff() {
    this.cut();
    this.gate = Promise.resolve();
  }

  /** @param {import("./relay.js").Passage} passage */
  async treat(passage) {
    const number = passage.url.searchParams.get("partNumber");
    if (!passage.isBrowsers || passage.incoming.method !== "PUT" || !number) {
      return passage.give(await passage.ask());
    }
    const part = { number, isStored: false, isOver: false };
    this.parts.push(part);
    try {
      const from = await passage.ask((bytes) => this.#note(bytes));
      part.isStored = from.statusCode === 200;
      passage.give(from);
    } finally {
      part.isOver = true;
    }
  }

  /** @param {number} bytes */
  async #note(bytes) {
    this.received += bytes;
    if (this.received >= this.moment) {
      this.moment = Infinity;
      this.gate = new Promise((_, reject) => (this.cut = () => reject(new Error("broken off"))));
      this.gate.catch(() => {});
      this.reach();
    }
    await this.gate;
  }
}

/**
 * A byte of a file, the same for the same seed.
 * @param {string} seed
 * @param {number} size
 */
export function randomMoment(seed, size) {
  return 1 + (createHash("sha256").update(seed).digest().readUInt32BE(0) % size);
}

/**
 * @param {BrowserContext} context of somebody signed in
 * @param {string} url of the gallery
 * @param {{path: string, size: number, moment: number, tally: Tally}} what
 * @returns {Promise<Outcome>}
 */
export async function killAndGoOn(context, url, { path, size, moment, tally }) {
  const held = tally.holdAt(moment);
  const first = await openGallery(context, url);
  await first.getByLabel("Choose files").setInputFiles(path);
  await held;
  const stored = tally.parts.filter(({ isStored }) => isStored).map(({ number }) => number);
  const inFlight = tally.parts.filter(({ isOver }) => !isOver).length;
  const before = tally.parts.length;
  await kill(context, first);
  tally.breakOff();

  const second = await openGallery(context, url);
  const unfinished = row(second, basename(path)).and(second.locator('[data-state="paused"]'));
  const isRemembered = await unfinished.waitFor().then(
    () => true,
    () => false,
  );
  await second.getByLabel("Choose files").setInputFiles(path);
  await row(second, basename(path)).and(second.locator('[data-state="done"]')).waitFor({ timeout: 60_000 });
  await second.close();
  const sentAfter = tally.parts.slice(before).map(({ number }) => number);
  return { isRemembered, stored, inFlight, sentAfter, sentTwice: tally.received - size };
}

/**
 * @param {BrowserContext} context
 * @param {string} url
 */
async function openGallery(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/**
 * As when its process dies: nothing of the page hears of it.
 * @param {BrowserContext} context
 * @param {Page} page
 */
async function kill(context, page) {
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => {});
  await crashed;
  await page.close();
}
