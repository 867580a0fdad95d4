// Downloading several files: each in a frame of its own, as a window that is asked for the next one gives up the one before.
// @ts-check

/** Browsers take downloads one by one only with a rest between them, in milliseconds. */
const REST = 400;
/** A store answers sooner, or not at all, in milliseconds. */
const PATIENCE = 120_000;

/**
 * @param {Document} page
 * @param {string[]} urls
 */
export async function download(page, urls) {
  for (const url of urls) {
    const frame = page.createElement("iframe");
    frame.hidden = true;
    frame.src = url;
    page.body.append(frame);
    setTimeout(() => frame.remove(), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, REST));
  }
}
