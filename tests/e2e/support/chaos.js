// What bad networks and stores do to requests: to every fifth, chosen by a seed and by what is asked, not by when.
import { createHash } from "node:crypto";
import { setTimeout as after } from "node:timers/promises";

/** @typedef {import("./relay.js").Passage} Passage */

const SHARE = 0.2;
/** A short stall, in milliseconds: nobody gives up in that time. */
const SHORT = 1_500;
/** Longer than any browser's patience. */
const LONG = 120_000;

/** @type {Record<string, (passage: Passage) => Promise<void>>} */
const MISCHIEF = {
  "dropped before it was passed on": async (passage) => passage.drop(),
  "dropped after it was passed on": async (passage) => {
    (await passage.ask()).resume();
    passage.drop();
  },
  "stalled, and then passed on": async (passage) => {
    await after(SHORT, undefined, { ref: false });
    passage.give(await passage.ask());
  },
  "stalled for good": async (passage) => {
    await after(LONG, undefined, { ref: false });
    passage.drop();
  },
  "cut off in the middle": async (passage) => {
    const middle = Number(passage.incoming.headers["content-length"] ?? 0) / 2;
    let sent = 0;
    const meter = (/** @type {number} */ bytes) => {
      sent += bytes;
      if (sent >= middle) throw new Error("cut off");
    };
    (await passage.ask(meter)).resume();
    passage.drop();
  },
  "its answer cut off in the middle": async (passage) => {
    const from = await passage.ask();
    from.resume();
    passage.answer.writeHead(from.statusCode ?? 500, { ...from.headers, "content-length": "1000" });
    passage.answer.write("<?xml", () => passage.drop());
  },
  "answered 500 after it was passed on": async (passage) => {
    (await passage.ask()).resume();
    refuse(passage, 500, {});
  },
  "answered 500 after it was passed on, for scripts to see": async (passage) => {
    (await passage.ask()).resume();
    refuse(passage, 500, forScripts(passage));
  },
  "answered 503": async (passage) => {
    await passage.swallow();
    refuse(passage, 503, {});
  },
  "answered 503, for scripts to see": async (passage) => {
    await passage.swallow();
    refuse(passage, 503, forScripts(passage));
  },
};

export const KINDS = Object.keys(MISCHIEF);
/** Rarer than the others, as it takes half a minute until a browser gives up. */
const RARE = "stalled for good";
const ODDS = KINDS.flatMap((kind) => (kind === RARE ? [kind] : [kind, kind, kind]));

export class Chaos {
  /** @param {string} seed */
  constructor(seed) {
    this.seed = seed;
    /** How often each thing was asked for. @type {Map<string, number>} */
    this.asked = new Map();
    this.requests = 0;
    /** @type {Map<string, number>} */
    this.done = new Map();
  }

  get hits() {
    return [...this.done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** @param {Passage} passage */
  async treat(passage) {
    const kind = passage.isBrowsers ? this.#choose(passage) : undefined;
    if (kind === undefined) return passage.give(await passage.ask());
    this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
    await MISCHIEF[kind]?.(passage);
  }

  /**
   * The same for the same seed, file, part and try, in whatever order they come.
   * @param {Passage} passage
   */
  #choose({ incoming: { method }, url }) {
    const name = url.pathname.split("/").at(-1);
    const what = `${method} ${name} ${url.searchParams.get("partNumber")}`;
    const times = this.asked.get(what) ?? 0;
    this.asked.set(what, times + 1);
    this.requests += 1;
    const hash = createHash("sha256").update(`${this.seed} ${what} ${times}`).digest();
    if (hash.readUInt32BE(0) / 2 ** 32 >= SHARE) return undefined;
    return ODDS[hash.readUInt32BE(4) % ODDS.length];
  }
}

/**
 * @param {Passage} passage
 * @param {number} status
 * @param {Record<string, string>} headers
 */
function refuse({ answer }, status, headers) {
  answer.writeHead(status, { ...headers, "content-type": "application/xml" });
  answer.end("<Error><Code>InternalError</Code></Error>");
}

/** @param {Passage} passage */
function forScripts({ incoming: { headers } }) {
  return { "access-control-allow-origin": headers.origin ?? "" };
}
