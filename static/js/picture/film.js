// A frame of a film, and how long a film or a sound plays: pages alone can tell.
// @ts-check

/** Films often begin with black; seconds, and a part of the whole. */
const AT = 1;
const PART = 0.1;
const PATIENCE = 10_000;
/** As far as the server believes it, in milliseconds. */
const LONGEST = 360_000_000;

/**
 * @typedef {object} Played
 * @property {ImageBitmap} [frame] of a film
 * @property {number} [durationMs]
 */

/**
 * @param {Blob} file
 * @returns {Promise<Played>} nothing, of what this browser does not play
 */
export async function play(file) {
  const film = document.createElement("video");
  const url = URL.createObjectURL(file);
  Object.assign(film, { muted: true, playsInline: true, preload: "auto", src: url });
  /** @type {Played} */
  const played = {};
  try {
    await heard(film, "loadeddata");
    const { duration } = film;
    const durationMs = Math.round(duration * 1_000);
    // What was recorded in one go does not say when it ends.
    if (durationMs > 0 && durationMs <= LONGEST) played.durationMs = durationMs;
    if (film.videoWidth === 0) return played;
    film.currentTime = Math.min(AT, Number.isFinite(duration) ? duration * PART : AT);
    await heard(film, "seeked");
    return { ...played, frame: await createImageBitmap(film) };
  } catch {
    return played;
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
