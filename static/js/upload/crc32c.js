// CRC-32C (https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4), sixteen bytes at a time by tables.
// @ts-check

const STEPS = 16;
const TABLE = new Int32Array(STEPS * 256);
for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  TABLE[byte] = value;
}
for (let place = 256; place < TABLE.length; place += 1) {
  const before = TABLE[place - 256] ?? 0;
  TABLE[place] = (before >>> 8) ^ (TABLE[before & 255] ?? 0);
}

/**
 * @param {number} crc of what came before; 0 at the beginning
 * @param {ArrayBuffer} buffer
 */
export function crc32c(crc, buffer) {
  const t = TABLE;
  // Every machine that runs a browser keeps the low byte first.
  const words = new Int32Array(buffer, 0, (buffer.byteLength >>> 4) << 2);
  let value = ~crc;
  for (let place = 0; place < words.length; place += 4) {
    value = sixteen(
      t,
      /** @type {number} */ (words[place]) ^ value,
      /** @type {number} */ (words[place + 1]),
      /** @type {number} */ (words[place + 2]),
      /** @type {number} */ (words[place + 3]),
    );
  }
  for (const byte of new Uint8Array(buffer, words.byteLength)) value = (value >>> 8) ^ at(t, (value ^ byte) & 255);
  return ~value >>> 0;
}

/**
 * @param {Int32Array} t
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {number} d
 */
function sixteen(t, a, b, c, d) {
  return (
    at(t, 3840 + (a & 255)) ^
    at(t, 3584 + ((a >>> 8) & 255)) ^
    at(t, 3328 + ((a >>> 16) & 255)) ^
    at(t, 3072 + (a >>> 24)) ^
    at(t, 2816 + (b & 255)) ^
    at(t, 2560 + ((b >>> 8) & 255)) ^
    at(t, 2304 + ((b >>> 16) & 255)) ^
    at(t, 2048 + (b >>> 24)) ^
    at(t, 1792 + (c & 255)) ^
    at(t, 1536 + ((c >>> 8) & 255)) ^
    at(t, 1280 + ((c >>> 16) & 255)) ^
    at(t, 1024 + (c >>> 24)) ^
    at(t, 768 + (d & 255)) ^
    at(t, 512 + ((d >>> 8) & 255)) ^
    at(t, 256 + ((d >>> 16) & 255)) ^
    at(t, d >>> 24)
  );
}

/**
 * @param {Int32Array} table
 * @param {number} place
 */
function at(table, place) {
  return /** @type {number} */ (table[place]);
}
