// How much is sent at once: between two and six, by what the line is measured to carry.
// @ts-check

const LEAST = 2;
const BEGIN = 3;
const MOST = 6;
/** Small files take longer to be asked for and answered than to be sent: as many as may be, unless something breaks off. */
export const SMALL = 256 * 1024;
/** So long is measured, in milliseconds, before one more or one less is tried. */
const WINDOW = 1_000;
/** More than so much is faster, or slower. */
const NOTABLE = 0.05;

export class Pace {
  constructor() {
    this.most = BEGIN;
    this.mostSmall = MOST;
    this.taken = 0;
    /** @type {{size: number, turn: () => void}[]} */
    this.waiting = [];
    this.step = 1;
    this.speed = 0;
    this.bytes = 0;
    this.since = 0;
  }

  /**
   * A place on the line, which is given back by what is returned.
   * @param {AbortSignal} signal
   * @param {number} [size] bytes that are to be sent
   * @returns {Promise<() => void>}
   */
  async take(signal, size = Infinity) {
    signal.throwIfAborted();
    if (!this.isFull(size) && this.waiting.length === 0) this.taken += 1;
    else await this.#wait(signal, size);
    let isGiven = false;
    return () => {
      if (!isGiven) this.taken -= 1;
      isGiven = true;
      this.#call();
    };
  }

  /**
   * Would one more have to wait?
   * @param {number} [size] its bytes
   */
  isFull(size = Infinity) {
    return this.taken >= (size <= SMALL ? Math.max(this.most, this.mostSmall) : this.most);
  }

  /** @param {number} bytes that were sent since the last time */
  note(bytes) {
    const now = performance.now();
    // Only a line with nothing free tells whether more would be faster.
    if (this.since === 0 || this.waiting.length === 0) [this.since, this.bytes] = [now, 0];
    this.bytes += Math.max(0, bytes);
    if (now - this.since >= WINDOW) this.#measure((this.bytes / (now - this.since)) * 1000, now);
  }

  /** Something broke off, or was too much: fewer at once, for now. */
  ease() {
    this.most = Math.max(LEAST, this.most - 1);
    this.mostSmall = LEAST;
    // Once it goes on, more is tried first.
    this.step = 1;
    this.speed = 0;
    this.since = 0;
  }

  /**
   * Goes on in the same way while it gets faster, and turns round when it gets slower.
   * @param {number} speed
   * @param {number} now
   */
  #measure(speed, now) {
    const change = this.speed === 0 ? 1 : speed / this.speed - 1;
    if (change < -NOTABLE) this.step = -this.step;
    if (Math.abs(change) > NOTABLE) this.most = Math.min(MOST, Math.max(LEAST, this.most + this.step));
    [this.speed, this.since, this.bytes] = [speed, now, 0];
    this.mostSmall = Math.min(MOST, this.mostSmall + 1);
    this.#call();
  }

  /**
   * @param {AbortSignal} signal
   * @param {number} size
   */
  #wait(signal, size) {
    return new Promise((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener("abort", leave);
        resolve(undefined);
      };
      const leave = () => {
        this.waiting = this.waiting.filter((one) => one.turn !== turn);
        // Who stood behind it may need less.
        this.#call();
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.waiting.push({ size, turn });
    });
  }

  #call() {
    for (let [next] = this.waiting; next && !this.isFull(next.size); [next] = this.waiting) {
      this.taken += 1;
      this.waiting.shift();
      next.turn();
    }
  }
}
