// Checksums as they are signed: in base64.
// @ts-check

/**
 * Browsers hash a whole buffer at once.
 * @param {ArrayBuffer} bytes
 */
export async function sha256(bytes) {
  return toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
