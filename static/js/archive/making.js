// Makes an archive: asks what is to be in it, reads one file after another, and says what could not be had.
// @ts-check
import { addressOf } from "../page/scripts.js";
import { guardLeaving, Wakefulness } from "../upload/guard.js";
import { UploadFailure } from "../upload/failure.js";
import { Names, safe } from "./names.js";
import { Panel } from "./panel.js";
import { Missing, Reading } from "./reading.js";
import { chooseSink } from "./sinks.js";
import { Source } from "./source.js";

/**
 * @typedef {import("./source.js").Entry} Entry
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {Date} lastModified
 * @property {AsyncIterable<Uint8Array> | string} input
 *
 * @typedef {{makeZip: (parts: AsyncIterable<Part>) => ReadableStream<Uint8Array>}} Zip
 */

/** What is smaller is asked for while the one before it is read, in bytes. */
const SMALL = 16_000_000;
/** Of what comes around each file, at most, in bytes. */
const AROUND = 1_000;
/** An archive can tell no earlier time. */
const EARLIEST = Date.UTC(1980, 0, 2);

/** @type {Making | null} */
let current = null;
let isGuarded = false;

/**
 * @param {Document} page
 * @param {import("./start.js").Wanted} wanted
 * @param {() => Promise<void>} signInAgain
 */
export async function make(page, wanted, signInAgain) {
  const panel = Panel.of(page);
  if (!panel) return;
  if (current) {
    panel.sayBusy();
    return;
  }
  if (!isGuarded)
    guardLeaving(
      () => current !== null,
      () => {},
    );
  isGuarded = true;
  const { base } = wanted;
  const places = base ? { entries: `${base}/entries`, urls: `${base}/urls` } : panel.places;
  const making = new Making(page, panel, places, signInAgain);
  current = making;
  try {
    await making.run(wanted);
  } finally {
    current = null;
  }
}

class Making {
  /**
   * @param {Document} page
   * @param {Panel} panel
   * @param {import("./source.js").Places} places
   * @param {() => Promise<void>} signInAgain
   */
  constructor(page, panel, places, signInAgain) {
    this.page = page;
    this.panel = panel;
    this.abort = new AbortController();
    this.source = new Source(places, panel.account, signInAgain, this.abort.signal);
    this.names = new Names();
    /** Of each file, what it is called in the archive. @type {string[]} */
    this.called = [];
    /** @type {{name: string, why: string}[]} */
    this.missing = [];
    /** How many those are. */
    this.lost = 0;
    this.wakefulness = new Wakefulness();
    this.bytes = 0;
    this.done = 0;
  }

  /** @param {import("./start.js").Wanted} wanted */
  async run(wanted) {
    const name = safe(wanted.name ?? this.panel.nameOfToday());
    const sink = await chooseSink(this.page, `${name}.zip`);
    if (!sink) return;
    this.panel.begin(() => this.abort.abort());
    this.wakefulness.keep(true);
    const beat = setInterval(() => this.#draw(), 200);
    try {
      const loading = import(addressOf("archive/zip.js", 0));
      const vanished = await this.source.list(wanted);
      if (this.source.entries.length === 0) throw new UploadFailure("gone", { error: this.panel.words.say("nothing") });
      if (vanished > 0) this.#note(this.panel.words.say("vanished", { count: vanished }), "gone", vanished);
      // What tells of the missing is not taken for one of the files.
      const list = this.names.of("", this.panel.words.say("missing-file"));
      this.called = this.source.entries.map((entry) => this.names.of(entry.path, entry.name));
      await this.#save(/** @type {Zip} */ (await loading), sink, name, list);
      this.#draw();
      const all = this.source.entries.length + Math.max(0, vanished);
      this.panel.end("finished", this.missing, { all, had: all - this.lost });
    } catch (error) {
      const words = error instanceof UploadFailure ? error.words : "";
      this.panel.end(
        this.abort.signal.aborted || isAbort(error) ? "cancelled" : "failed",
        [],
        { all: 0, had: 0 },
        words,
      );
      this.abort.abort();
    } finally {
      clearInterval(beat);
      this.wakefulness.keep(false);
    }
  }

  /**
   * @param {Zip} zip
   * @param {import("./sinks.js").Sink} sink
   * @param {string} name
   * @param {string} list what the list of the missing is called
   */
  async #save(zip, sink, name, list) {
    const cuts = cut(this.source.entries, sink.most);
    for (const [index, [from, to]] of cuts.entries()) {
      const called = cuts.length > 1 ? `${name} (${index + 1} of ${cuts.length}).zip` : `${name}.zip`;
      const archive = zip.makeZip(this.#parts(from, to, to === this.source.entries.length ? list : ""));
      await sink.save(archive, called, this.abort.signal);
    }
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {string} list
   * @returns {AsyncGenerator<Part>}
   */
  async *#parts(from, to, list) {
    let opening = this.#open(from);
    for (let at = from; at < to; at += 1) {
      const reading = await opening;
      const isLast = at + 1 === to;
      const isAhead = !isLast && (this.source.entries[at]?.size ?? SMALL) < SMALL;
      if (isAhead) opening = this.#open(at + 1);
      if (reading) yield { ...this.#told(at), input: this.#content(reading, at) };
      this.done += 1;
      if (!isAhead && !isLast) opening = this.#open(at + 1);
    }
    if (list === "" || this.missing.length === 0) return;
    const lines = this.missing.map(({ name, why }) => `${name}\r\n    ${why}\r\n`);
    yield {
      name: list,
      lastModified: new Date(),
      input: `${this.panel.words.say("missing-head")}\r\n\r\n${lines.join("")}`,
    };
  }

  /** @param {number} at */
  #told(at) {
    const modified = new Date(this.source.entries[at]?.modified ?? 0);
    return { name: this.called[at] ?? "", lastModified: new Date(Math.max(EARLIEST, modified.getTime() || 0)) };
  }

  /**
   * Null where it cannot be had.
   * @param {number} at
   * @returns {Promise<Reading | null>}
   */
  #open(at) {
    const opening = this.#opened(at);
    // Nobody may wait for it any more when it is given up.
    opening.catch(() => {});
    return opening;
  }

  /** @param {number} at */
  async #opened(at) {
    const reading = new Reading(this.source, at, this.abort.signal);
    try {
      await reading.open();
      return reading;
    } catch (error) {
      this.#miss(at, error);
      return null;
    }
  }

  /**
   * @param {Reading} reading
   * @param {number} at
   */
  async *#content(reading, at) {
    try {
      for await (const piece of reading.bytes()) {
        this.bytes += piece.byteLength;
        yield piece;
      }
    } catch (error) {
      // What has come of it is in the archive already.
      this.#miss(at, error, "cut");
    }
  }

  /**
   * @param {number} at
   * @param {unknown} error
   * @param {string} [why]
   */
  #miss(at, error, why) {
    if (this.abort.signal.aborted) throw error;
    this.#note(this.called[at] ?? "", why ?? (error instanceof Missing ? error.why : "broken"), 1);
  }

  /**
   * @param {string} name
   * @param {string} why
   * @param {number} count of files
   */
  #note(name, why, count) {
    this.missing.push({ name, why: this.panel.words.say(why) });
    this.lost += count;
  }

  #draw() {
    const total = this.source.entries.reduce((sum, { size }) => sum + (size ?? 0), 0);
    this.panel.draw({ done: this.done, all: this.source.entries.length, bytes: this.bytes, total });
  }
}

/**
 * As many in each archive as it may have.
 * @param {Entry[]} entries
 * @param {number} most bytes
 * @returns {[number, number][]} from which to which, that one not among them
 */
function cut(entries, most) {
  /** @type {[number, number][]} */
  const cuts = [];
  let [from, bytes] = [0, 0];
  for (const [at, { size }] of entries.entries()) {
    const more = (size ?? 0) + AROUND;
    if (bytes + more > most && at > from) {
      cuts.push([from, at]);
      [from, bytes] = [at, 0];
    }
    bytes += more;
  }
  cuts.push([from, entries.length]);
  return cuts;
}

/** @param {unknown} error */
function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
