// Whether the store's rules for pages are in the way of an upload, of which browsers tell nothing: the server asks the store.
// @ts-check

/** What was found holds for so many milliseconds, for all files. */
const LASTS = 20_000;
const PATIENCE = 10_000;

export class Preflights {
  /**
   * @param {string} url
   * @param {Record<string, string>} headers that say whose page this is
   */
  constructor(url, headers) {
    this.url = url;
    this.headers = headers;
    /** By what was sent. @type {Map<string, {at: number, found: Promise<string>}>} */
    this.asked = new Map();
  }

  /**
   * In words; empty: none, or nobody can tell.
   * @param {string[]} names of the headers that were sent
   * @returns {Promise<string>}
   */
  obstacle(names) {
    const sent = names.map((name) => name.toLowerCase()).toSorted();
    const key = sent.join();
    const known = this.asked.get(key);
    if (known && performance.now() - known.at < LASTS) return known.found;
    const found = this.#ask(sent).catch(() => "");
    this.asked.set(key, { at: performance.now(), found });
    return found;
  }

  /** @param {string[]} headers */
  async #ask(headers) {
    const answer = await fetch(this.url, {
      method: "POST",
      headers: { ...this.headers, "Content-Type": "application/json" },
      body: JSON.stringify({ headers }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const { message = "" } = answer.ok ? await answer.json() : {};
    return String(message);
  }
}
