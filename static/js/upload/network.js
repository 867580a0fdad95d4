// Waiting until it is worth trying again: longer each time, until the network is back, or until somebody says so.
// @ts-check

const FIRST = 500;
const MOST = 15_000;

export class Network {
  constructor() {
    this.bell = new EventTarget();
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
  }

  /** Does the browser itself say that there is none? */
  get isOff() {
    return !navigator.onLine;
  }

  /** Whoever waits tries now. */
  wake() {
    this.bell.dispatchEvent(new Event("wake"));
  }

  /**
   * Without a network there is no beat: the browser says when it is back.
   * @param {number} tries that failed
   * @param {AbortSignal} signal
   * @param {number} [least] milliseconds that were asked for
   * @returns {Promise<void>}
   */
  rest(tries, signal, least = 0) {
    const delay = Math.max(least, Math.min(MOST, FIRST * 2 ** tries) * (0.5 + Math.random() / 2));
    return new Promise((resolve, reject) => {
      const over = new AbortController();
      const timer = this.isOff && least === 0 ? 0 : setTimeout(() => end(resolve), delay);
      const end = (/** @type {() => void} */ settle) => {
        over.abort();
        clearTimeout(timer);
        settle();
      };
      if (signal.aborted) return end(() => reject(signal.reason));
      // What asked for a pause is not woken before it is over.
      if (least === 0) this.bell.addEventListener("wake", () => end(resolve), { signal: over.signal });
      signal.addEventListener("abort", () => end(() => reject(signal.reason)), { signal: over.signal });
    });
  }
}

/**
 * What comes of something, unless it is not waited for any more.
 * @template T
 * @param {Promise<T>} something
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
export function orAbort(something, signal) {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave);
    void something.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/**
 * In milliseconds.
 * @param {string | null} header a number of seconds, or a date
 */
export function retryAfter(header) {
  const seconds = Number(header ?? 0);
  const wait = Number.isNaN(seconds) ? Date.parse(header ?? "") - Date.now() : seconds * 1000;
  return Math.min(Math.max(0, wait || 0), 120_000);
}
