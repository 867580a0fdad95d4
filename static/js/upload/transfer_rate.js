// How fast something goes, and how long it will still take, by the last few seconds.
// @ts-check

/** What is older says little of now, in milliseconds. */
const WINDOW = 5_000;
/** Less is too little to tell a speed from. */
const SHORTEST = 500;

export class TransferRate {
  constructor() {
    /** @type {{at: number, sent: number}[]} */
    this.samples = [];
  }

  /**
   * @param {number} sent bytes so far
   * @param {number} at milliseconds
   */
  note(sent, at) {
    this.samples.push({ at, sent });
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > WINDOW) this.samples.shift();
  }

  /** In bytes a second; 0 until it can be told. */
  speed() {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || !last || last.at - first.at < SHORTEST) return 0;
    return Math.max(0, ((last.sent - first.sent) / (last.at - first.at)) * 1000);
  }

  /**
   * In seconds; 0 when it cannot be told.
   * @param {number} left bytes
   */
  left(left) {
    const speed = this.speed();
    return speed > 0 ? Math.ceil(left / speed) : 0;
  }
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/**
 * A size as the server's pages write it.
 * @param {number} bytes
 */
export function size(bytes) {
  let [unit, value] = [0, bytes];
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
