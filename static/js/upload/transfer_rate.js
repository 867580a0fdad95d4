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

const UNITS = ["KB", "MB", "GB", "TB"];

/**
 * A size as the server's pages write it: src/size.rs.
 * @param {number} exact bytes, of which a speed has fractions
 */
export function size(exact) {
  const bytes = Math.round(exact);
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  let [unit, value] = [0, bytes / 1000];
  while (Math.round(value) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toFixed(unit > 0 && Math.round(value) < 100 ? 1 : 0))} ${UNITS[unit]}`;
}
