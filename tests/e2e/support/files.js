// Files to upload: real pictures, drawn here, and plain bytes.
import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/**
 * @typedef {object} Upload
 * @property {string} name
 * @property {string} mimeType
 * @property {Buffer} buffer
 *
 * @typedef {readonly [number, number, number]} Colour red, green, blue, each 0 to 255
 */

/**
 * A picture in two colours that flow into one another.
 * @param {string} name
 * @param {{width?: number, height?: number, from?: Colour, to?: Colour}} [looks]
 * @returns {Upload}
 */
export function picture(name, { width = 64, height = 48, from = [36, 89, 140], to = [240, 200, 150] } = {}) {
  return drawing(name, width, height, (x, y) => blend(from, to, (x + y) / 2));
}

/**
 * @param {string} name
 * @param {number} width in pixels
 * @param {number} height in pixels
 * @param {(x: number, y: number) => Colour} colour of a point, both from 0 to 1
 * @returns {Upload}
 */
export function drawing(name, width, height, colour) {
  const line = 1 + width * 3;
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const place = y * line + 1 + x * 3;
      for (const [channel, value] of colour(x / width, y / height).entries()) pixels[place + channel] = value;
    }
  }
  return { name, mimeType: "image/png", buffer: png(width, height, pixels) };
}

/**
 * @param {Colour} from
 * @param {Colour} to
 * @param {number} share of the second, 0 to 1
 * @returns {Colour}
 */
export function blend(from, to, share) {
  const part = Math.min(1, Math.max(0, share));
  const mix = (/** @type {number} */ first, /** @type {number} */ second) =>
    Math.round(first + (second - first) * part);
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}

/**
 * @param {string} name
 * @param {string} [words]
 * @returns {Upload}
 */
export function text(name, words = `What ${name} says.\n`) {
  return { name, mimeType: "text/plain", buffer: Buffer.from(words) };
}

/**
 * Silence, as PCM of 8 bits.
 * @param {string} name
 * @param {number} seconds
 * @returns {Upload}
 */
export function sound(name, seconds) {
  const rate = 8_000;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + rate * seconds, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  for (const [place, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ])
    header.writeUInt16LE(value ?? 0, place ?? 0);
  for (const place of [24, 28]) header.writeUInt32LE(rate, place);
  header.write("data", 36);
  header.writeUInt32LE(rate * seconds, 40);
  return { name, mimeType: "audio/wav", buffer: Buffer.concat([header, Buffer.alloc(rate * seconds, 128)]) };
}

/**
 * One empty page.
 * @param {string} name
 * @returns {Upload}
 */
export function pdf(name) {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>",
  ];
  let body = "%PDF-1.4\n";
  const places = objects.map((object, number) => {
    const place = body.length;
    body += `${number + 1} 0 obj${object}endobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const end = `xref\n0 4\n0000000000 65535 f \n${places.join("")}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`;
  return { name, mimeType: "application/pdf", buffer: Buffer.from(body + end) };
}

/**
 * Bytes without a pattern, the same for the same name.
 * @param {string} name
 * @param {number} size in bytes
 * @returns {Upload}
 */
export function bytes(name, size) {
  const buffer = Buffer.alloc(size);
  for (let place = 0, block = createHash("sha256").update(name).digest(); place < size; place += block.length) {
    block.copy(buffer, place);
    block = createHash("sha256").update(block).digest();
  }
  return { name, mimeType: "application/octet-stream", buffer };
}

/**
 * https://www.w3.org/TR/png-3/: eight bits a channel, three channels, no filter.
 * @param {number} width
 * @param {number} height
 * @param {Buffer} pixels
 */
function png(width, height, pixels) {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} content
 */
function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(content.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
