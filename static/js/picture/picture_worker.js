// Makes small pictures of large ones beside the page, which stays quick. One at a time: a picture fills much memory.
// @ts-check
import { readJpeg, removePlace } from "./exif.js";
import { sidesOf } from "./sides.js";
import { toneOf } from "./tones.js";

/** Pixels of the longest side, and bytes. */
const SIDE = 512;
const MOST_BYTES = 64 * 1024;
const QUALITIES = [0.8, 0.65, 0.5, 0.35];
/** What a camera says of a picture stands at its beginning; bytes. What is to be taken out may stand further on. */
const HEAD = 64 * 1024;
const LONG_HEAD = 1024 * 1024;
/** Decoded, four bytes each. */
const MOST_PIXELS = 110_000_000;
const TONE_SIDE = 16;

/**
 * @typedef {object} Asked
 * @property {number} id
 * @property {File} file
 * @property {ImageBitmap} [frame] of a film, which pages alone can take
 * @property {boolean} removesPlace
 */

addEventListener("message", async ({ data }) => {
  const { id, file, frame, removesPlace } = /** @type {Asked} */ (data);
  try {
    postMessage({ id, ...(await see(file, frame, removesPlace)) });
  } catch {
    postMessage({ id });
  }
});

/**
 * @param {File} file
 * @param {ImageBitmap | undefined} frame
 * @param {boolean} removesPlace
 */
async function see(file, frame, removesPlace) {
  const isJpeg = file.type === "image/jpeg";
  const head = new Uint8Array(await file.slice(0, isJpeg && removesPlace ? LONG_HEAD : HEAD).arrayBuffer());
  const said = isJpeg && head[0] === 0xff && head[1] === 0xd8 ? readJpeg(head) : {};
  const { takenAt, camera, hasPlace } = said;
  const clean = removesPlace && hasPlace === true ? head : undefined;
  if (clean) removePlace(clean);
  const facts = { takenAt, camera, hasPlace: clean ? readJpeg(clean).hasPlace : hasPlace };
  const made = await small(file, head, said, frame).catch(() => null);
  return { picture: { ...facts, ...made?.seen }, thumbnail: made?.thumbnail, clean };
}

/**
 * @param {File} file
 * @param {Uint8Array} head
 * @param {import("./exif.js").Said} said
 * @param {ImageBitmap} [frame]
 */
async function small(file, head, said, frame) {
  const { width, height, isTurned = false } = said;
  const sides = width && height ? [width, height] : sidesOf(head);
  const source = frame ?? (await decode(file, sides ?? [0, 0]));
  if (!source) return null;
  try {
    const drawn = shown(source);
    const shownSides = isTurned ? sides?.toReversed() : sides;
    const [shownWidth = drawn[0], shownHeight = drawn[1]] = frame ? drawn : (shownSides ?? drawn);
    const { thumbnail, tone } = await encode(source, drawn);
    return { thumbnail, seen: { width: shownWidth, height: shownHeight, tone } };
  } finally {
    source.close();
  }
}

/**
 * A JPEG is decoded no larger than it has to be, where the browser can do so.
 * @param {File} file
 * @param {number[]} sides
 * @returns {Promise<ImageBitmap | VideoFrame | null>}
 */
async function decode(file, [width = 0, height = 0]) {
  if (width * height <= MOST_PIXELS) return createImageBitmap(file);
  if (file.type !== "image/jpeg" || !("ImageDecoder" in globalThis)) return null;
  const scale = SIDE / Math.max(width, height);
  const [desiredWidth, desiredHeight] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const options = { data: file.stream(), type: file.type, desiredWidth, desiredHeight };
  const decoder = new ImageDecoder(/** @type {ImageDecoderInit} */ (options));
  const { image } = await decoder.decode();
  decoder.close();
  return image;
}

/**
 * @param {ImageBitmap | VideoFrame} source
 * @returns {[number, number]}
 */
function shown(source) {
  return "displayWidth" in source ? [source.displayWidth, source.displayHeight] : [source.width, source.height];
}

/**
 * @param {ImageBitmap | VideoFrame} source
 * @param {[number, number]} sides
 */
async function encode(source, [width, height]) {
  for (let side = SIDE; ; side /= 2) {
    const scale = Math.min(1, side / Math.max(width, height));
    const canvas = draw(source, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    for (const quality of QUALITIES) {
      const thumbnail = await write(canvas, quality);
      if (thumbnail.size <= MOST_BYTES) return { thumbnail, tone: tone(canvas) };
    }
  }
}

/**
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 */
function draw(source, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("nothing to draw on");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);
  return canvas;
}

/**
 * Browsers that write no WebP write PNG instead. JPEG has no holes: what is seen through them is paper.
 * @param {OffscreenCanvas} canvas
 * @param {number} quality
 */
async function write(canvas, quality) {
  const webp = await canvas.convertToBlob({ type: "image/webp", quality });
  if (webp.type === "image/webp") return webp;
  const paper = new OffscreenCanvas(canvas.width, canvas.height);
  const context = paper.getContext("2d");
  if (!context) throw new Error("nothing to draw on");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(canvas, 0, 0);
  return paper.convertToBlob({ type: "image/jpeg", quality });
}

/** @param {OffscreenCanvas} canvas */
function tone(canvas) {
  const little = draw(canvas, TONE_SIDE, TONE_SIDE);
  const context = little.getContext("2d");
  return context ? toneOf(context.getImageData(0, 0, TONE_SIDE, TONE_SIDE).data) : undefined;
}
