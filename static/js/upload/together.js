// What many small files ask goes in few requests: what is asked while one is under way is gathered for the next.
// @ts-check
import { isPassing } from "./failure.js";

/**
 * @typedef {{status: number, answer: any, wait: number}} Outcome
 * @typedef {{body: any, signal: AbortSignal, resolve: (outcome: Outcome) => void}} Asked
 */

/** The server takes fifty, and 64 KiB; letters of many scripts are three bytes each. */
const MOST = 40;
const MOST_LETTERS = 20_000;
/** A request that takes longer, in milliseconds, holds up nobody who comes after it. */
const LONG = 250;
/** So many milliseconds are waited for others, where there were some the last time. */
const GATHERING = 15;
/** So many milliseconds lie between two requests, as each is dearer than what it carries: for each that is carried, and at most. */
const APART_EACH = 5;
const APART = 150;

export class Together {
  /**
   * @param {(url: string, body: unknown) => Promise<Outcome>} post
   * @param {string} url
   * @param {(bodies: any[]) => unknown} gather what is asked at once
   * @param {(answer: any) => any[]} spread the answers, in their order
   */
  constructor(post, url, gather, spread) {
    this.post = post;
    this.url = url;
    this.gather = gather;
    this.spread = spread;
    /** @type {Asked[]} */
    this.waiting = [];
    this.isUnderWay = false;
    /** Did several ask at once, the last time, or are they expected to? */
    this.isCrowded = false;
    /** Ends the rest before the next request. */
    this.wake = () => {};
    this.most = MOST;
  }

  /**
   * @param {unknown} body
   * @param {AbortSignal} signal
   * @returns {Promise<Outcome>}
   */
  ask(body, signal) {
    return new Promise((resolve) => {
      this.waiting.push({ body, signal, resolve });
      if (!this.isUnderWay) void this.#go();
      // Nobody else could go along.
      if (this.waiting.length >= this.most) this.wake();
    });
  }

  async #go() {
    this.isUnderWay = true;
    // What is asked in the same moment goes along.
    await (this.isCrowded && !document.hidden ? this.#rest(GATHERING) : null);
    const asked = this.#take().filter(({ signal }) => !signal.aborted);
    this.isCrowded = asked.length > 1;
    const isLong = new Promise((resolve) => setTimeout(resolve, LONG));
    // Browsers make the clocks of tabs slow that nobody looks at.
    const apart = Math.min(APART, APART_EACH * asked.length);
    const rest = document.hidden ? null : this.#rest(apart);
    if (asked.length > 0) await Promise.all([Promise.race([this.#send(asked), isLong]), rest]);
    this.isUnderWay = false;
    if (this.waiting.length > 0) void this.#go();
  }

  /**
   * Until so many milliseconds have passed, or a whole request is waiting.
   * @param {number} milliseconds
   */
  #rest(milliseconds) {
    return new Promise((resolve) => {
      this.wake = () => resolve(undefined);
      setTimeout(this.wake, milliseconds);
      if (this.waiting.length >= this.most) this.wake();
    });
  }

  /** As many as one request may carry. */
  #take() {
    let letters = 0;
    const end = this.waiting.findIndex(({ body }, place) => {
      letters += JSON.stringify(body).length;
      return place === this.most || (place > 0 && letters > MOST_LETTERS);
    });
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }

  /** @param {Asked[]} asked */
  async #send(asked) {
    const outcome = asked.length > 1 ? await this.#sendAll(asked) : null;
    if (outcome?.status === 200) {
      this.most = MOST;
      const answers = this.spread(outcome.answer);
      for (const [place, { resolve }] of asked.entries()) resolve(outcomeOf(answers[place]));
    } else if (outcome && (outcome.status === 401 || isPassing(outcome.status))) {
      // It may have been too much for one answer.
      this.most = Math.ceil(this.most / 2);
      for (const { resolve } of asked) resolve(outcome);
    } else {
      // One that cannot be understood spoils it for nobody else.
      await Promise.all(asked.map(async ({ body, resolve }) => resolve(await this.post(this.url, body))));
    }
  }

  /**
   * @param {Asked[]} asked
   * @returns {Promise<Outcome>}
   */
  async #sendAll(asked) {
    const outcome = await this.post(`${this.url}/batch`, this.gather(asked.map(({ body }) => body)));
    const isWhole = outcome.status !== 200 || this.spread(outcome.answer ?? {})?.length === asked.length;
    // Somebody between here and the server answered instead of it.
    return isWhole ? outcome : { status: 0, answer: {}, wait: 0 };
  }
}

/** @param {{success: boolean, status?: number, retryAfter?: number}} answer @returns {Outcome} */
function outcomeOf(answer) {
  const { success, status = 0, retryAfter = 0 } = answer ?? {};
  return { status: success ? 200 : status, answer, wait: retryAfter * 1000 };
}
