// The dock's small views of thumbnails. Loaded when there is one.
// @ts-check

const SIDE = 72;

/**
 * @param {Element} place
 * @param {Blob} thumbnail
 */
export async function draw(place, thumbnail) {
  const picture = await createImageBitmap(thumbnail);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const scale = Math.max(SIDE / picture.width, SIDE / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d")?.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  picture.close();
  place.replaceChildren(canvas);
}
