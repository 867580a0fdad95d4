// What can be seen of pictures, films and sounds before they are sent: a thumbnail, and what they say of themselves. Loaded when
// there is one.
// @ts-check

/**
 * @typedef {object} Facts
 * @property {number} [width] as it is shown
 * @property {number} [height]
 * @property {string} [tone]
 * @property {boolean} [isTransparent] can it be seen through?
 * @property {string} [takenAt]
 * @property {string} [camera]
 * @property {number} [durationMs] how long it plays
 * @property {boolean} [hasPlace]
 *
 * @typedef {object} Seen
 * @property {Facts} picture
 * @property {Blob} [thumbnail]
 */

/** A picture that takes longer is done without, in milliseconds. */
const PATIENCE = 30_000;
const DRAWING = "image/svg+xml";
/** After the last one, memory is given back. */
const REST = 30_000;

/** @param {string} type */
function plays(type) {
  return type.startsWith("video/") || type.startsWith("audio/");
}

/** @param {string} type */
function isDocument(type) {
  return type === "application/pdf" || type.startsWith("text/") || type.startsWith("application/json");
}

/**
 * A page is none of the facts of a picture.
 * @param {Seen | null} seen
 */
function forget(seen) {
  return seen && { ...seen, picture: {} };
}

export class Pictures {
  /** @param {string} url of the worker's script */
  constructor(url) {
    this.url = url;
    this.last = 0;
    this.rest = 0;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Promise<unknown>} until the one before is seen */
    this.before = Promise.resolve();
  }

  /**
   * What cannot be seen is sent all the same.
   * @param {File} file
   * @returns {Promise<Seen | null>}
   */
  see(file) {
    const seen = this.before.then(() => this.#see(file)).catch(() => null);
    this.before = seen;
    return seen;
  }

  /**
   * @param {File} file
   */
  async #see(file) {
    if (file.type === DRAWING) {
      const drawn = await (await import("./drawing.js")).draw(file);
      return drawn && this.#draw({ file, ...drawn }, [drawn.frame]);
    }
    if (isDocument(file.type)) {
      const frame = await (await import("./first_page.js")).firstPage(file);
      return frame && this.#draw({ file: new File([], "page"), frame }, [frame]).then(forget);
    }
    if (!plays(file.type)) return this.#draw({ file });
    const { frame, durationMs } = await (await import("./film.js")).play(file);
    const seen = frame ? await this.#draw({ file, frame }, [frame]) : null;
    return { ...seen, picture: { ...seen?.picture, durationMs } };
  }

  /**
   * @param {object} question
   * @param {Transferable[]} [transfer]
   */
  async #draw(question, transfer = []) {
    clearTimeout(this.rest);
    const seen = await this.#ask(question, transfer);
    this.rest = window.setTimeout(() => this.#end(), REST);
    return seen;
  }

  /**
   * @param {object} question
   * @param {Transferable[]} transfer
   * @returns {Promise<Seen | null>}
   */
  #ask(question, transfer) {
    this.worker ??= new Worker(this.url, { type: "module" });
    const { worker } = this;
    const id = (this.last += 1);
    const over = new AbortController();
    return new Promise((resolve) => {
      const end = (/** @type {Seen | null} */ seen) => {
        over.abort();
        clearTimeout(late);
        resolve(seen);
      };
      const giveUp = () => {
        this.#end();
        end(null);
      };
      const late = setTimeout(giveUp, PATIENCE);
      worker.addEventListener(
        "message",
        ({ data: { id: of, ...seen } }) => of === id && end(seen.picture ? seen : null),
        over,
      );
      // Its script did not come, or it ran out of memory.
      worker.addEventListener("error", giveUp, over);
      worker.postMessage({ id, ...question }, transfer);
    });
  }

  #end() {
    this.worker?.terminate();
    this.worker = null;
  }
}
