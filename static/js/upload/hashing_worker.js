// Computes checksums beside the page, which stays quick. Files are read a piece at a time, so that memory stays flat.
// @ts-check
import { crc32c } from "./crc32c.js";
import { sha256, toBase64 } from "./digest.js";
import { read } from "./failure.js";

const PIECE = 4 * 1024 * 1024;

addEventListener("message", async ({ data: { id, kind, blob, isKept } }) => {
  try {
    if (kind === "crc32c") return postMessage({ id, value: toBase64(await crc32cOf(blob)) });
    const bytes = await read(blob);
    const value = await sha256(bytes);
    if (isKept) postMessage({ id, value, bytes }, { transfer: [bytes] });
    else postMessage({ id, value });
  } catch (error) {
    postMessage({ id, problem: error instanceof Error ? error.name : "Error" });
  }
});

/** @param {Blob} blob */
async function crc32cOf(blob) {
  let crc = 0;
  for (let place = 0; place < blob.size; place += PIECE) {
    crc = crc32c(crc, await read(blob.slice(place, place + PIECE)));
  }
  return new Uint8Array([crc >>> 24, crc >>> 16, crc >>> 8, crc]);
}
