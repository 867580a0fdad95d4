// A frame of a film, which pages alone can take.
// @ts-check

/** Films often begin with black; seconds, and a part of the whole. */
const AT = 1;
const PART = 0.1;
const PATIENCE = 10_000;

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | null>} nothing, of what this browser does not play
 */
export async function frameOf(file) {
  const film = document.createElement("video");
  const url = URL.createObjectURL(file);
  Object.assign(film, { muted: true, playsInline: true, preload: "auto", src: url });
  try {
    await heard(film, "loadeddata");
    if (film.videoWidth === 0) return null;
    const { duration } = film;
    film.currentTime = Math.min(AT, Number.isFinite(duration) ? duration * PART : AT);
    await heard(film, "seeked");
    return await createImageBitmap(film);
  } catch {
    return null;
  } finally {
    film.removeAttribute("src");
    film.load();
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {HTMLVideoElement} film
 * @param {string} event
 */
function heard(film, event) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(reject, PATIENCE);
    const over = (/** @type {(value?: unknown) => void} */ settle) => () => {
      clearTimeout(late);
      settle();
    };
    film.addEventListener(event, over(resolve), { once: true });
    film.addEventListener("error", over(reject), { once: true });
  });
}
