// A small file: hashed, signed for, sent by one PUT, confirmed.
// @ts-check
import { expectUnchanged, isPassing, Silence, UploadFailure } from "./failure.js";
import { asAsked } from "./folders.js";
import { orAbort } from "./network.js";
import { isExpired, send } from "./send.js";

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./engine.js").Job} Job
 * @typedef {import("./engine.js").Answer} Answer
 */

/** So often a store may refuse what was signed for it, before a person is told. */
const REFUSALS = 2;
/** The store has the file already: the answer to an earlier try was lost. */
const THERE = 412;
/** Answers of a server to which an earlier key is no use: too old, somebody else's. */
const OTHER_KEY = [404, 410, 422];
/** And that it is confirmed already. */
const CONFIRMED = 409;
/** A server that takes longer, in milliseconds, was away itself. */
export const PROMPT = 5_000;

/**
 * @param {Engine} engine
 * @param {Job} job
 * @returns {Promise<Answer>}
 */
export async function sendWhole(engine, job) {
  const { attempt, file, handle, listener, signal } = job;
  const there = attempt.objectKey ? await confirm(engine, job) : null;
  if (there) return there;
  const silence = new Silence(engine.preflights);
  let refusals = 0;
  for (let tries = 0; ; tries += 1) {
    await prepare(engine, job);
    const { status, signed } = await put(engine, job);
    const asked = performance.now();
    // After no answer too: the store's refusals can reach a script as that, so the server is asked what is there.
    if (status < 400 || status === THERE || status >= 500) {
      if (status === 0) await expectUnchanged(file, handle);
      await engine.sight.settle(job);
      const answer = await confirm(engine, job);
      if (answer) return answer;
    }
    // A bucket whose rules for browsers are of an older version takes no word of a picture.
    if (status === 0 && tries > 1 && !engine.network.isOff) job.seen = null;
    await orAbort(silence.note(status, performance.now() - asked < PROMPT, signed), signal);
    if (!isPassing(status)) {
      await expectUnchanged(file, handle);
      refusals += 1;
      if (refusals > REFUSALS) throw new UploadFailure("store");
      if (status === THERE) delete attempt.objectKey;
      delete attempt.sha256;
      delete attempt.crc32c;
    } else engine.pace.ease();
    listener.progress(0);
    listener.waits(status === 0 && engine.network.isOff ? "network" : "store");
    await engine.network.rest(tries, signal);
  }
}

/**
 * Looks at it and hashes it, as it will be sent.
 * @param {Engine} engine
 * @param {Job} job
 */
async function prepare(engine, job) {
  await engine.sight.clean(job);
  await Promise.all([engine.sight.look(job), hash(engine, job)]);
}

/**
 * @param {Engine} engine
 * @param {Job} job
 */
async function hash(engine, job) {
  const { attempt, file, size, listener } = job;
  if (attempt.sha256 || attempt.crc32c) return;
  listener.state("hashing");
  const { checksum, bytes } = await engine.hash(job, () => engine.hashing.whole(file, size));
  if (bytes && bytes.byteLength !== size) throw new UploadFailure("changed");
  if (bytes) job.bytes = bytes;
  Object.assign(attempt, checksum);
  listener.hashed(JSON.stringify(checksum));
}

/**
 * Under the key that an earlier try had, if the server still takes it; null: it is confirmed.
 * @param {Engine} engine
 * @param {Job} job
 * @returns {Promise<import("./send.js").Signed | null>}
 */
async function sign(engine, job) {
  const { attempt, file, size, folder, listener } = job;
  const { objectKey, sha256, crc32c } = attempt;
  const body = {
    fileName: file.name,
    contentType: file.type || "application/octet-stream",
    size,
    ...(sha256 ? { sha256 } : { crc32c }),
    ...asAsked(folder),
    ...(objectKey ? { objectKey } : {}),
    ...engine.sight.asked(job),
  };
  try {
    const signed = await engine.calls.ask(engine.endpoints.presign, { body, together: engine.presigning }, job);
    attempt.objectKey = signed.objectKey;
    listener.begun();
    return signed;
  } catch (error) {
    if (engine.sight.isUnbelieved(job, error)) return sign(engine, job);
    if (!objectKey || !(error instanceof UploadFailure)) throw error;
    if (error.status === CONFIRMED) return null;
    if (!OTHER_KEY.includes(error.status)) throw error;
    delete attempt.objectKey;
    return sign(engine, job);
  }
}

/**
 * What the store answered, and to what; that it is there already where there was nothing to send.
 * @param {Engine} engine
 * @param {Job} job
 * @returns {Promise<{status: number, signed?: import("./send.js").Signed}>}
 */
async function put(engine, job) {
  const { size, listener, signal } = job;
  const signed = await sign(engine, job);
  if (!signed) return { status: THERE };
  if (engine.pace.isFull(size)) listener.state("waiting");
  const release = await engine.pace.take(signal, size);
  try {
    // It may have waited long for its turn.
    const fresh = isExpired(signed) ? await sign(engine, job) : signed;
    if (!fresh) return { status: THERE };
    listener.state("uploading");
    let before = 0;
    const progress = (/** @type {number} */ sent) => {
      engine.pace.note(sent - before);
      before = sent;
      listener.progress(sent);
    };
    engine.sight.send(job, fresh.thumbnail);
    return { status: await send(job.bytes ?? job.file, fresh, progress, signal), signed: fresh };
  } finally {
    release();
  }
}

/**
 * The server's answer, if the file is in the store.
 * @param {Engine} engine
 * @param {Job} job
 * @returns {Promise<Answer | null>}
 */
export async function confirm(engine, job) {
  const { attempt, listener } = job;
  listener.state("confirming");
  try {
    const body = { objectKey: attempt.objectKey };
    return told(await engine.calls.ask(engine.endpoints.confirm, { body, together: engine.confirming }, job));
  } catch (error) {
    if (error instanceof UploadFailure && error.status === 404) return null;
    throw error;
  }
}

/**
 * What the owner is told of a file that was put aside is no success.
 * @param {Answer} answer
 */
export function told(answer) {
  if (answer.message) throw new UploadFailure("refused", { error: answer.message }, 422);
  return answer;
}
