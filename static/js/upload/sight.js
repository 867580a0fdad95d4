// A look at each picture and film before it is sent, so that its thumbnail comes beside it.
// @ts-check
import { orAbort } from "./network.js";
import { send } from "./send.js";

/**
 * @typedef {import("./engine.js").Job} Job
 * @typedef {import("../picture/pictures.js").Pictures} Pictures
 * @typedef {import("./send.js").Signed} Signed
 */

/** A thumbnail that takes longer than its file is waited for no longer than this, in milliseconds. */
const PATIENCE = 10_000;

/** @param {string} type */
export function isSeen(type) {
  return type.startsWith("image/") || type.startsWith("video/");
}

export class Sight {
  /**
   * @param {string} workerUrl
   * @param {boolean} removesPlace
   */
  constructor(workerUrl, removesPlace) {
    this.workerUrl = workerUrl;
    this.removesPlace = removesPlace;
    /** @type {Promise<Pictures | null> | undefined} */
    this.loading = undefined;
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
   * Looks at what a job sends, once. Where the place is taken out of a picture, the job sends it without.
   * @param {Job} job
   */
  async look(job) {
    if (job.seen !== undefined || !isSeen(job.file.type)) return;
    const pictures = await orAbort(this.pictures(), job.signal);
    const seen =
      (await orAbort(pictures?.see(job.file, this.removesPlace) ?? Promise.resolve(null), job.signal)) ?? null;
    job.seen = seen;
    if (seen?.clean) {
      const { name, type, lastModified } = job.file;
      job.file = new File([seen.clean, job.file.slice(seen.clean.byteLength)], name, { type, lastModified });
    }
    if (seen?.thumbnail) job.listener.seen(seen.thumbnail);
  }

  /**
   * What is asked for with a file's own URL.
   * @param {Job} job
   */
  asked({ seen }) {
    if (!seen) return {};
    const { picture, thumbnail } = seen;
    const asked = thumbnail ? { thumbnail: { contentType: thumbnail.type, size: thumbnail.size } } : {};
    return { picture, ...asked };
  }

  /**
   * Sends the thumbnail beside its file, once. A file comes without it all the same.
   * @param {Job} job
   * @param {Signed} [signed]
   */
  send(job, signed) {
    const thumbnail = job.seen?.thumbnail;
    if (signed && thumbnail) job.thumbnail ??= send(thumbnail, signed, () => {}, job.signal).catch(() => 0);
  }

  /** @param {Job} job */
  async sent({ thumbnail, signal }) {
    if (!thumbnail) return;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await orAbort(Promise.race([thumbnail, late]), signal);
  }
}
