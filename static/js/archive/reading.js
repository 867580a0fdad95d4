// Reading one file from the store, which goes on where it was when the line breaks or the URL is over.
// @ts-check

/** So often it is tried, each time longer after the last, until nothing new has come. */
const TRIES = 6;
/** A store that sends nothing for so many milliseconds has stopped. */
const PATIENCE = 60_000;

/** @typedef {import("./source.js").Source} Source */

/** It cannot be had: `gone`, `changed` since it was begun, or `broken`, as nothing more comes. */
export class Missing extends Error {
  /** @param {"gone" | "changed" | "broken"} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

export class Reading {
  /**
   * @param {Source} source
   * @param {number} at the file's place among the entries
   * @param {AbortSignal} signal
   */
  constructor(source, at, signal) {
    this.source = source;
    this.at = at;
    this.signal = signal;
    this.size = source.entries[at]?.size ?? null;
    this.received = 0;
    this.etag = "";
    this.tries = 0;
    /** @type {ReadableStreamDefaultReader<Uint8Array> | null} */
    this.reader = null;
    this.end = new AbortController();
  }

  /** Begins, or goes on, once the store answers. */
  async open() {
    for (;;) {
      const url = await this.source.urlOf(this.at);
      if (!url) throw new Missing("gone");
      const response = await this.#ask(url);
      if (response && this.#isTheRest(response)) {
        this.reader = response.body?.getReader() ?? null;
        return;
      }
      if (response) void response.body?.cancel().catch(() => {});
      if (response?.status === 404) throw new Missing("gone");
      await this.#rest();
    }
  }

  async *bytes() {
    try {
      for (;;) {
        const read = await this.#read();
        if (read === null) {
          await this.#rest();
          await this.open();
        } else if (read.value) {
          this.received += read.value.byteLength;
          this.tries = 0;
          if (this.size !== null && this.received > this.size) throw new Missing("changed");
          yield read.value;
        } else if (this.size === null || this.received === this.size) return;
        else this.reader = null;
      }
    } finally {
      this.end.abort();
    }
  }

  /** What comes next; null where the line is broken. */
  async #read() {
    const { reader } = this;
    if (!reader) return this.size === this.received ? { done: true, value: undefined } : null;
    const late = setTimeout(() => this.end.abort(), PATIENCE);
    const read = await reader.read().catch(() => null);
    clearTimeout(late);
    this.signal.throwIfAborted();
    if (read === null) this.reader = null;
    return read;
  }

  /** @param {string} url */
  async #ask(url) {
    this.end = new AbortController();
    const late = setTimeout(() => this.end.abort(), PATIENCE);
    const headers = this.received > 0 ? { Range: `bytes=${this.received}-` } : undefined;
    const signal = AbortSignal.any([this.signal, this.end.signal]);
    /** @type {RequestInit} */
    const terms = { signal, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
    try {
      return await fetch(url, headers ? { ...terms, headers } : terms);
    } catch {
      this.signal.throwIfAborted();
      return null;
    } finally {
      clearTimeout(late);
    }
  }

  /**
   * Is it what was asked for, of the same content as what came before?
   * @param {Response} response
   */
  #isTheRest(response) {
    const etag = response.headers.get("ETag") ?? "";
    if (this.received === 0) {
      this.etag = etag;
      return response.status === 200;
    }
    if (response.status === 206 && etag !== this.etag) throw new Missing("changed");
    return response.status === 206;
  }

  async #rest() {
    this.source.forget(this.at);
    this.tries += 1;
    if (this.tries >= TRIES) throw new Missing("broken");
    await this.source.network.rest(this.tries - 1, this.signal);
  }
}
