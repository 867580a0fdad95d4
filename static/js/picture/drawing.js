// A drawing (SVG) as pixels, which pages alone can make of it. As a picture it runs nothing and loads nothing.
// @ts-check

/** A larger one keeps the page waiting while it is drawn; bytes. */
const MOST_BYTES = 2_000_000;
const PATIENCE = 10_000;
/** Pixels of the longest side of what is made. */
const SIDE = 512;
/** As far as the server believes it. */
const LONGEST = 65_535;

/**
 * @param {Blob} file
 * @returns {Promise<{frame: ImageBitmap, sides: [number, number]} | null>} nothing, of what does not say how large it is
 */
export async function draw(file) {
  if (file.size > MOST_BYTES) return null;
  const picture = new Image();
  const url = URL.createObjectURL(file);
  picture.src = url;
  try {
    await Promise.race([picture.decode(), new Promise((_, reject) => setTimeout(reject, PATIENCE))]);
    const { naturalWidth: width, naturalHeight: height } = picture;
    const longest = Math.max(width, height);
    if (Math.min(width, height) < 1 || longest > LONGEST) return null;
    const canvas = document.createElement("canvas");
    // Lines are sharp at any size.
    canvas.width = Math.max(1, Math.round((width * SIDE) / longest));
    canvas.height = Math.max(1, Math.round((height * SIDE) / longest));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return { frame: await createImageBitmap(canvas), sides: [width, height] };
  } catch {
    return null;
  } finally {
    picture.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}
