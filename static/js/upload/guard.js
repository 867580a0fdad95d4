// What is asked of the browser while files are on their way: to stay awake, to warn who leaves, and a last word at the end.
// @ts-check

/**
 * @param {() => boolean} isBusy
 * @param {() => void} lastWord
 */
export function guardLeaving(isBusy, lastWord) {
  addEventListener("beforeunload", (event) => {
    if (isBusy()) event.preventDefault();
  });
  addEventListener("pagehide", lastWord);
}

/** Keeps the screen on, as a phone that locks stops sending. */
export class Wakefulness {
  constructor() {
    this.isWanted = false;
    /** @type {Promise<WakeLockSentinel | null> | null} */
    this.lock = null;
    // The browser lets go whenever the page is out of sight.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.isWanted) this.#ask();
    });
  }

  /** @param {boolean} isWanted */
  keep(isWanted) {
    if (isWanted === this.isWanted) return;
    this.isWanted = isWanted;
    if (isWanted) return this.#ask();
    void this.lock?.then((lock) => lock?.release());
    this.lock = null;
  }

  #ask() {
    // A browser that saves power may refuse: then it sleeps when it will, and what was cut off goes on later.
    this.lock = navigator.wakeLock?.request("screen").catch(() => null) ?? null;
  }
}
