// How large a picture is, by its first bytes: nothing is decoded that would fill the memory.
// @ts-check

/**
 * @param {Uint8Array} bytes the first of a file
 * @returns {[number, number] | null} width and height; nothing, where they are not found
 */
export function sidesOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (/** @type {number} */ at) => String.fromCharCode(...bytes.subarray(at, at + 4));
  try {
    if (tag(1) === "PNG\r") return [view.getUint32(16), view.getUint32(20)];
    if (tag(0) === "GIF8") return [view.getUint16(6, true), view.getUint16(8, true)];
    if (tag(0).startsWith("BM")) return [view.getInt32(18, true), Math.abs(view.getInt32(22, true))];
    if (tag(8) === "WEBP") return webp(view, tag(12));
    if (tag(4) === "ftyp") return extents(bytes, view);
  } catch {
    // They end too early.
  }
  return null;
}

/**
 * RFC 9649.
 * @param {DataView} view
 * @param {string} chunk
 * @returns {[number, number] | null}
 */
function webp(view, chunk) {
  const three = (/** @type {number} */ at) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  if (chunk === "VP8X") return [three(24) + 1, three(27) + 1];
  if (chunk === "VP8 ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (chunk !== "VP8L") return null;
  const bits = view.getUint32(21, true);
  return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
}

/**
 * AVIF and HEIC: the largest of the images that such a file holds.
 * @param {Uint8Array} bytes
 * @param {DataView} view
 * @returns {[number, number] | null}
 */
function extents(bytes, view) {
  /** @type {[number, number] | null} */
  let largest = null;
  for (let at = 4; at + 16 <= bytes.length; at += 1) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (!largest || width * height > largest[0] * largest[1]) largest = [width, height];
  }
  return largest;
}
