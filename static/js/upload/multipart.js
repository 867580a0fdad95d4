// A large file, in parts: each read when it is sent, checked by its own checksum, and sent again alone if it must be.
// @ts-check
import { expectUnchanged, isPassing, Silence, UploadFailure } from "./failure.js";
import { asAsked } from "./folders.js";
import { orAbort } from "./network.js";
import { isExpired, send } from "./send.js";
import { confirm, PROMPT, told } from "./single.js";

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./engine.js").Job} Job
 * @typedef {import("./engine.js").Answer} Answer
 * @typedef {import("./send.js").Signed & {partNumber: number}} SignedPart
 * @typedef {{partNumber: number, size: number}} StoredPart
 */

/** So many are hashed ahead, and signed for in one call. */
const BATCH = 8;
/** So often the store may refuse a part, forget an upload, or miss parts at its end, before a person is told. */
const REFUSALS = 3;
/** After so many tries without an answer the store is asked what it has. */
const ASKED_AFTER = 3;
/** Putting ten thousand parts together takes the store a while. */
const PATIENCE = 90_000;

/**
 * @param {Engine} engine
 * @param {Job} job
 * @returns {Promise<Answer>}
 */
export async function sendInParts(engine, job) {
  for (let again = 0; ; again += 1) {
    try {
      return await new PartedUpload(engine, job).run();
    } catch (error) {
      if (!(error instanceof UploadFailure) || error.kind !== "gone") throw error;
      // What the store has forgotten it may have completed.
      const there = await confirm(engine, job);
      if (there) return there;
      if (again >= REFUSALS) throw new UploadFailure("store");
      for (const name of /** @type {const} */ (["objectKey", "uploadId", "partSize"])) delete job.attempt[name];
    }
  }
}

class PartedUpload {
  /**
   * @param {Engine} engine
   * @param {Job} job
   */
  constructor(engine, job) {
    this.engine = engine;
    this.job = job;
    /** Bytes of each part that are sent. @type {Map<number, number>} */
    this.sent = new Map();
    this.total = 0;
    /** Ends all parts when one of them fails for good. */
    this.stop = new AbortController();
    this.signal = AbortSignal.any([job.signal, this.stop.signal]);
    this.task = { signal: this.signal, listener: job.listener };
  }

  async run() {
    const { attempt, handle, listener } = this.job;
    await this.engine.sight.clean(this.job);
    if (!attempt.uploadId) await this.engine.sight.look(this.job);
    const file = this.job.original ?? this.job.file;
    let missing = attempt.uploadId ? await this.#missing() : await this.#begin();
    for (let again = 0; ; again += 1) {
      await this.#sendAll(missing);
      await expectUnchanged(file, handle);
      await this.engine.sight.settle(this.job);
      listener.state("confirming");
      try {
        const request = { body: { objectKey: attempt.objectKey }, keepalive: true, patience: PATIENCE };
        return told(await this.#ask("completion", request));
      } catch (error) {
        const { missing: numbers = [], code = "" } = error instanceof UploadFailure ? error : {};
        // A conflict: the store had a part changed while they were put together.
        if ((numbers.length === 0 && code !== "conflict") || again >= REFUSALS) throw error;
        if (numbers.length === 0) await this.engine.network.rest(again, this.signal);
        missing = numbers;
        for (const number of numbers) this.#note(number, 0);
      }
    }
  }

  async #begin() {
    const { attempt, file, folder, listener } = this.job;
    listener.state("uploading");
    const contentType = file.type || "application/octet-stream";
    const own = { fileName: file.name, contentType, size: file.size, ...asAsked(folder) };
    const { sight, calls, endpoints } = this.engine;
    const begin = () => calls.ask(endpoints.multipart, { body: { ...own, ...sight.asked(this.job) } }, this.task);
    const again = (/** @type {unknown} */ error) =>
      sight.isUnbelieved(this.job, error) ? begin() : Promise.reject(error);
    const { objectKey, uploadId, partSize, thumbnail } = await begin().catch(again);
    Object.assign(attempt, { objectKey, uploadId, partSize });
    listener.begun();
    sight.send(this.job, thumbnail);
    return this.#numbers();
  }

  /** What the store has not. */
  async #missing() {
    this.job.listener.state("hashing");
    const { parts } = /** @type {{parts: StoredPart[]}} */ (await this.#ask("parts", { method: "GET" }));
    for (const { partNumber, size } of parts) {
      if (size === this.#part(partNumber).size) this.#note(partNumber, size);
    }
    return this.#numbers().filter((number) => !this.sent.has(number));
  }

  /** @param {number[]} numbers */
  async #sendAll(numbers) {
    /** @type {Set<Promise<void>>} */
    const running = new Set();
    try {
      for await (const signed of this.#signed(numbers)) {
        const release = await this.engine.pace.take(this.signal);
        const sending = this.#send(signed, release).finally(() => running.delete(sending));
        sending.catch((error) => this.stop.abort(error));
        running.add(sending);
      }
      await Promise.all(running);
    } catch (error) {
      // The first reason counts; the others end because of it.
      this.stop.abort(error);
      await Promise.allSettled(running);
      this.job.signal.throwIfAborted();
      throw this.stop.signal.reason;
    }
  }

  /**
   * The parts, signed for; while some are sent the next are made ready.
   * @param {number[]} numbers
   */
  async *#signed(numbers) {
    const batch = (/** @type {number} */ from) => {
      const ready = this.#sign(numbers.slice(from, from + BATCH));
      ready.catch(() => {});
      return ready;
    };
    let next = batch(0);
    for (let from = BATCH; from < numbers.length + BATCH; from += BATCH) {
      const ready = await next;
      next = batch(from);
      yield* ready;
    }
  }

  /**
   * @param {number[]} numbers
   * @returns {Promise<SignedPart[]>}
   */
  async #sign(numbers) {
    if (numbers.length === 0) return [];
    const hash = async (/** @type {number} */ partNumber) => {
      const part = this.#part(partNumber);
      const crc32c = await this.engine.hash(this.job, () => this.engine.hashing.crc32c(part));
      return { partNumber, size: part.size, crc32c };
    };
    const parts = await Promise.all(numbers.map(hash));
    this.signal.throwIfAborted();
    const answer = await this.#ask("part-urls", { body: { objectKey: this.job.attempt.objectKey, parts } });
    return answer.parts;
  }

  /**
   * @param {SignedPart} signed
   * @param {() => void} release
   */
  async #send(signed, release) {
    const { partNumber } = signed;
    const { engine, job } = this;
    const silence = new Silence(engine.preflights);
    let refusals = 0;
    for (let tries = 0; ; tries += 1) {
      let status = 0;
      try {
        status = await this.#put(tries > 0 || isExpired(signed) ? await this.#sign([partNumber]) : [signed]);
      } finally {
        release();
      }
      if (status >= 200 && status < 300) return this.#note(partNumber, this.#part(partNumber).size);
      this.#note(partNumber, 0);
      if (status === 404) throw new UploadFailure("gone");
      if (!isPassing(status) && (refusals += 1) > REFUSALS) throw new UploadFailure("store");
      await expectUnchanged(job.original ?? job.file, job.handle);
      if (isPassing(status)) engine.pace.ease();
      job.listener.waits(engine.network.isOff ? "network" : "store");
      await engine.network.rest(tries, this.signal);
      const asked = performance.now();
      if (status === 0 && (tries + 1) % ASKED_AFTER === 0 && (await this.#has(partNumber))) return;
      await orAbort(silence.note(status, performance.now() - asked < PROMPT, signed), this.signal);
      release = await engine.pace.take(this.signal);
    }
  }

  /** @param {SignedPart[]} signed one */
  async #put([signed]) {
    if (!signed) return 0;
    const { partNumber } = signed;
    this.job.listener.state("uploading");
    return send(this.#part(partNumber), signed, (sent) => this.#note(partNumber, sent), this.signal);
  }

  /** @param {number} partNumber */
  async #has(partNumber) {
    const { parts } = /** @type {{parts: StoredPart[]}} */ (await this.#ask("parts", { method: "GET" }));
    const { size } = this.#part(partNumber);
    const has = parts.some((part) => part.partNumber === partNumber && part.size === size);
    if (has) this.#note(partNumber, size);
    return has;
  }

  /**
   * @param {number} partNumber
   * @param {number} sent
   */
  #note(partNumber, sent) {
    const more = sent - (this.sent.get(partNumber) ?? 0);
    this.sent.set(partNumber, sent);
    this.total += more;
    this.engine.pace.note(more);
    this.job.listener.progress(this.total);
  }

  /**
   * @param {"completion" | "parts" | "part-urls"} what
   * @param {import("./calls.js").Request} request
   */
  async #ask(what, request) {
    const { uploadId = "", objectKey = "" } = this.job.attempt;
    const query = request.method === "GET" ? `?objectKey=${encodeURIComponent(objectKey)}` : "";
    try {
      return await this.engine.calls.ask(this.engine.upload(uploadId, what) + query, request, this.task);
    } catch (error) {
      if (error instanceof UploadFailure && error.status === 404) throw new UploadFailure("gone");
      throw error;
    }
  }

  #numbers() {
    const { partSize = this.job.file.size } = this.job.attempt;
    return Array.from({ length: Math.ceil(this.job.file.size / partSize) }, (_, place) => place + 1);
  }

  /** Read only when it is hashed or sent. @param {number} number from 1 */
  #part(number) {
    const { partSize = this.job.file.size } = this.job.attempt;
    return this.job.file.slice((number - 1) * partSize, number * partSize);
  }
}
