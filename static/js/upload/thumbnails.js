// Small pictures of pictures, made in the browser, one after the other; other files show what they are called after.
// @ts-check

/** A larger picture takes too long to decode for so small a view. */
const LARGEST = 16 * 1024 * 1024;
const SIDE = 72;

/** @typedef {import("./item.js").Item} Item */

export class Thumbnails {
  constructor() {
    /** @type {Promise<unknown>} */
    this.before = Promise.resolve();
  }

  /**
   * @param {Element} place
   * @param {Item} item
   */
  async show(place, item) {
    place.textContent = (/\.(\w{1,4})$/.exec(item.name)?.[1] ?? "").toUpperCase();
    item.thumbnail ??= this.#make(item);
    const picture = await item.thumbnail;
    if (!picture) return;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [SIDE, SIDE];
    const scale = Math.max(SIDE / picture.width, SIDE / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext("2d")?.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    place.replaceChildren(canvas);
  }

  /**
   * @param {Item} item
   * @returns {Promise<ImageBitmap | null>}
   */
  #make({ file, type, size }) {
    if (!file || !type.startsWith("image/") || size > LARGEST) return Promise.resolve(null);
    const made = this.before.then(() => createImageBitmap(file, { resizeWidth: SIDE, resizeQuality: "medium" }));
    this.before = made.catch(() => null);
    return made.catch(() => null);
  }
}
