// A look at each picture, film and sound before it is sent, so that its thumbnail comes beside it; of other files, their date.
// @ts-check
import { read, UploadFailure } from "./failure.js";
import { orAbort } from "./network.js";
import { send } from "./send.js";

/**
 * @typedef {import("./engine.js").Job} Job
 * @typedef {import("../picture/pictures.js").Pictures} Pictures
 * @typedef {import("./send.js").Signed} Signed
 */

/** A thumbnail that takes longer than its file is waited for no longer than this, in milliseconds. */
const PATIENCE = 10_000;
/** Of a JPEG, what says where it was taken stands in the first of its bytes. */
const HEAD = 1024 * 1024;
/** Documents whose first page is drawn of the file in hand; of others it is read again, when they are seen. */
const MOST_SENT = 50;
/** What a server says of facts that it does not believe. */
const UNBELIEVED = [400, 422];

/** @param {string} type */
export function isSeen(type) {
  return ["image/", "video/", "audio/"].some((kind) => type.startsWith(kind));
}

/** @param {string} type */
function isDocument(type) {
  return type === "application/pdf" || type.startsWith("text/");
}

export class Sight {
  /**
   * @param {string} workerUrl
   * @param {() => boolean} removesPlace whether it is to be removed, as of now
   */
  constructor(workerUrl, removesPlace) {
    this.workerUrl = workerUrl;
    this.removesPlace = removesPlace;
    /** @type {Promise<Pictures | null> | undefined} */
    this.loading = undefined;
    /** Documents that this page has sent, by their ids. @type {Map<string, File>} */
    this.sent = new Map();
  }

  /**
   * A file never waits for its first page: that is drawn when its card is seen.
   * @param {string | undefined} id
   * @param {File} file
   */
  keep(id, file) {
    if (!id || !isDocument(file.type)) return;
    this.sent.set(id, file);
    for (const first of this.sent.keys()) if (this.sent.size > MOST_SENT) this.sent.delete(first);
  }

  /** What makes thumbnails, if it can be had. */
  pictures() {
    this.loading ??= import("../picture/pictures.js")
      .then(({ Pictures }) => new Pictures(this.workerUrl))
      .catch(() => {
        this.loading = undefined;
        return null;
      });
    return this.loading;
  }

  /**
   * Takes the place out of what a job sends, if its owner wishes so: then it goes without, or not at all.
   * @param {Job} job
   */
  async clean(job) {
    if (!this.removesPlace() || job.original) return;
    const { name, type, lastModified } = job.file;
    const head = new Uint8Array(await orAbort(read(job.file.slice(0, HEAD)), job.signal));
    if (head[0] !== 0xff || head[1] !== 0xd8) return;
    const exif = await orAbort(
      import("../picture/exif.js").catch(() => null),
      job.signal,
    );
    if (!exif) throw new UploadFailure("unknown");
    exif.removePlace(head);
    job.original = job.file;
    job.file = new File([head, job.file.slice(head.byteLength)], name, { type, lastModified });
  }

  /**
   * Looks at what a job sends, once.
   * @param {Job} job
   */
  async look(job) {
    if (job.seen !== undefined || !isSeen(job.file.type)) return;
    const pictures = await orAbort(this.pictures(), job.signal);
    const seen = pictures && (await orAbort(pictures.see(job.file), job.signal));
    job.seen = seen ?? { picture: {} };
    if (job.seen.thumbnail) job.listener.seen(job.seen.thumbnail);
  }

  /**
   * What is asked for with a file's own URL.
   * @param {Job} job
   */
  asked({ seen, lastModified }) {
    if (seen === null) return {};
    const picture = { ...seen?.picture, lastModified: dateOf(lastModified) };
    const thumbnail = seen?.thumbnail;
    const asked = thumbnail ? { thumbnail: { contentType: thumbnail.type, size: thumbnail.size } } : {};
    return { picture, ...asked };
  }

  /**
   * A file is not refused for what its picture says: it comes without a word of it.
   * @param {Job} job
   * @param {unknown} error
   */
  isUnbelieved(job, error) {
    const is = job.seen !== null && error instanceof UploadFailure && UNBELIEVED.includes(error.status);
    if (is) job.seen = null;
    return is;
  }

  /**
   * Sends the thumbnail beside its file, once under each key. A file comes without it all the same.
   * @param {Job} job
   * @param {Signed} [signed]
   */
  send(job, signed) {
    const { seen, attempt } = job;
    if (!signed || !seen?.thumbnail || job.thumbnail?.key === attempt.objectKey) return;
    const sent = send(seen.thumbnail, signed, () => {}, job.signal).catch(() => 0);
    job.thumbnail = { key: attempt.objectKey, sent };
  }

  /** @param {Job} job */
  async settle({ thumbnail, signal }) {
    if (!thumbnail) return;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await orAbort(Promise.race([thumbnail.sent, late]), signal);
  }
}

/**
 * Some browsers have no date, or one that no calendar has.
 * @param {number} lastModified
 */
function dateOf(lastModified) {
  const date = new Date(lastModified);
  return lastModified > 0 && Number.isFinite(date.getTime()) ? date.toISOString() : undefined;
}
