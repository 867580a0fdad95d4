// What was chosen comes into the queue a little at a time, as browsers look at the disk for each file's size, and the page waits for
// that: the first of thousands are on their way meanwhile.
// @ts-check

/** @typedef {import("./same_names.js").Wanted} Wanted */

/** So many come at once. In between the page has twice as long for what else it has to do. */
const SLICE = 16;

export class Incoming {
  /**
   * @param {(wanted: Wanted, at: number) => void} enqueue
   * @param {() => void} next goes on with what is there
   */
  constructor(enqueue, next) {
    this.enqueue = enqueue;
    this.next = next;
    /** @type {{wanted: Wanted, at: number}[]} */
    this.left = [];
    this.isUnderWay = false;
  }

  get count() {
    return this.left.length;
  }

  /** @param {Wanted[]} fresh */
  async take(fresh) {
    const at = Date.now();
    this.left = this.left.concat(fresh.map((wanted) => ({ wanted, at })));
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    while (this.left.length > 0) {
      const begun = performance.now();
      this.#enqueue(SLICE);
      this.next();
      const took = performance.now() - begun;
      // Browsers make the clocks of tabs slow that nobody looks at, where nobody notices a pause either.
      if (this.left.length > 0 && !document.hidden) await new Promise((resolve) => setTimeout(resolve, 2 * took));
    }
    this.isUnderWay = false;
  }

  /** All that is left, as something is done with all. */
  finish() {
    this.#enqueue(this.left.length);
  }

  /** @param {number} count */
  #enqueue(count) {
    for (const { wanted, at } of this.left.splice(0, count)) this.enqueue(wanted, at);
  }
}
