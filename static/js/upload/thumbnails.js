// Small pictures of pictures, made in the browser, one after the other. Loaded when there is one.
// @ts-check

const SIDE = 72;

/** @type {Promise<unknown>} until the one before is made */
let before = Promise.resolve();

/**
 * @param {File} file
 * @returns {Promise<ImageBitmap | null>}
 */
export function make(file) {
  const made = before.then(() => createImageBitmap(file, { resizeWidth: SIDE, resizeQuality: "medium" }));
  before = made.catch(() => null);
  return made.catch(() => null);
}

/**
 * @param {Element} place
 * @param {ImageBitmap} picture
 */
export function draw(place, picture) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const scale = Math.max(SIDE / picture.width, SIDE / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d")?.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  place.replaceChildren(canvas);
}
