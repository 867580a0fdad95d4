// Makes small pictures of large ones beside the page, which stays quick. One at a time: a picture fills much memory.
// @ts-check
import { isJpeg, readJpeg } from "./exif.js";
import { sidesOf } from "./sides.js";
import { toneOf } from "./tones.js";

/** Pixels of the longest side, and bytes. */
const SIDE = 512;
const MOST_BYTES = 64 * 1024;
const QUALITIES = [0.8, 0.65, 0.5, 0.35];
/** What a camera says of a picture stands at its beginning; bytes. */
const HEAD = 256 * 1024;
/** Decoded, four bytes each; and of what is decoded no larger than it has to be, where the browser can do so. */
const MOST_PIXELS = 64_000_000;
const MANY_PIXELS = 16_000_000;
/** A larger file that does not say how large its picture is may be of any size; bytes. */
const MOST_UNKNOWN = 20_000_000;
const TONE_SIDE = 16;
/** What can be seen through by less, nobody sees. */
const OPAQUE = 250;
/** As far as the server believes it. */
const LONGEST = 65_535;

/**
 * @typedef {object} Asked
 * @property {number} id
 * @property {File} file
 * @property {ImageBitmap} [frame] of a film or a drawing, which pages alone can take
 * @property {[number, number]} [sides] of a drawing, of which the frame is another size
 */

addEventListener("message", async ({ data }) => {
  const { id, file, frame, sides } = /** @type {Asked} */ (data);
  try {
    postMessage({ id, ...(await see(file, frame, sides)) });
  } catch {
    postMessage({ id });
  }
});

/**
 * @param {File} file
 * @param {ImageBitmap} [frame]
 * @param {[number, number]} [sides]
 */
async function see(file, frame, sides) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const said = isJpeg(head) ? readJpeg(head) : {};
  const { takenAt, camera, hasPlace } = said;
  const made = await small(file, head, said, frame, sides).catch(() => null);
  return { picture: { takenAt, camera, hasPlace, ...made?.seen }, thumbnail: made?.thumbnail };
}

/**
 * @param {File} file
 * @param {Uint8Array} head
 * @param {import("./exif.js").Said} said
 * @param {ImageBitmap} [frame]
 * @param {[number, number]} [known]
 */
async function small(file, head, { width, height, isTurned = false }, frame, known) {
  if (!isFaithful()) return null;
  const sides = known ?? (width && height ? [width, height] : sidesOf(head));
  const source = frame ?? (await decode(file, head, sides));
  if (!source) return null;
  try {
    const drawn = sidesOfDrawn(source);
    // What was decoded no larger than it had to be says not how large it is.
    const whole = known ?? ("displayWidth" in source ? (isTurned ? sides?.toReversed() : sides) : drawn);
    const [wide = 0, high = 0] = whole ?? [];
    const seen = Math.max(wide, high) <= LONGEST && Math.min(wide, high) > 0 ? { width: wide, height: high } : {};
    const { thumbnail, ...looks } = await encode(source, drawn);
    return { thumbnail, seen: { ...seen, ...looks } };
  } finally {
    source.close();
  }
}

/**
 * Some browsers answer what was drawn with noise, so that nobody is told by it from others: a thumbnail of noise is none.
 */
function isFaithful() {
  const context = new OffscreenCanvas(2, 2).getContext("2d");
  if (!context) return false;
  context.fillStyle = "#20a0f0";
  context.fillRect(0, 0, 2, 2);
  const { data } = context.getImageData(0, 0, 2, 2);
  return data.every((value, place) => value === [0x20, 0xa0, 0xf0, 0xff][place % 4]);
}

/**
 * @param {File} file
 * @param {Uint8Array} head
 * @param {number[] | null} sides
 * @returns {Promise<ImageBitmap | VideoFrame | null>}
 */
async function decode(file, head, sides) {
  const [width = 0, height = 0] = sides ?? [];
  if (!sides && file.size > MOST_UNKNOWN) return null;
  if (isJpeg(head) && width * height > MANY_PIXELS && "ImageDecoder" in globalThis)
    return decodeSmall(file, width, height);
  return width * height <= MOST_PIXELS ? createImageBitmap(file) : null;
}

/**
 * @param {File} file a JPEG
 * @param {number} width
 * @param {number} height
 */
async function decodeSmall(file, width, height) {
  const scale = SIDE / Math.max(width, height);
  const [desiredWidth, desiredHeight] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const options = { data: file.stream(), type: "image/jpeg", desiredWidth, desiredHeight };
  const decoder = new ImageDecoder(/** @type {ImageDecoderInit} */ (options));
  try {
    return (await decoder.decode()).image;
  } finally {
    decoder.close();
  }
}

/**
 * @param {ImageBitmap | VideoFrame} source
 * @returns {[number, number]}
 */
function sidesOfDrawn(source) {
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
      if (thumbnail.size <= MOST_BYTES) return { thumbnail, ...looksOf(canvas) };
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
function looksOf(canvas) {
  const pixels = pixelsOf(canvas);
  const isTransparent = pixels?.some((value, place) => place % 4 === 3 && value < OPAQUE);
  const little = pixelsOf(draw(canvas, TONE_SIDE, TONE_SIDE));
  return { tone: little && toneOf(little), isTransparent };
}

/** @param {OffscreenCanvas} canvas */
function pixelsOf(canvas) {
  return canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
}
