// Film and sound go on where they were when the address that their bytes came from is over: the page's own gives another one.
// @ts-check

/** What fails again so soon, in milliseconds, does not go on by itself. */
const PAUSE = 5_000;

/** @param {Document} page */
export function startPlayers(page) {
  /** Those that people have not stopped: browsers stop what fails. @type {WeakSet<HTMLMediaElement>} */
  const playing = new WeakSet();
  /** When each was begun again. @type {WeakMap<HTMLMediaElement, number>} */
  const begun = new WeakMap();
  hear(page, "play", (player) => playing.add(player));
  hear(page, "pause", (player) => player.error || playing.delete(player));
  hear(page, "error", (player) => {
    const now = performance.now();
    const isRepeated = now - (begun.get(player) ?? -PAUSE) < PAUSE;
    if (player.error?.code !== MediaError.MEDIA_ERR_NETWORK || isRepeated) return;
    begun.set(player, now);
    goOn(player, playing.has(player));
  });
}

/**
 * None of it bubbles.
 * @param {Document} page
 * @param {string} what
 * @param {(player: HTMLMediaElement) => unknown} act
 */
function hear(page, what, act) {
  const listen = (/** @type {Event} */ { target }) => target instanceof HTMLMediaElement && act(target);
  page.addEventListener(what, listen, true);
}

/**
 * @param {HTMLMediaElement} player
 * @param {boolean} isPlaying
 */
function goOn(player, isPlaying) {
  const { currentTime, playbackRate } = player;
  const settle = () => {
    Object.assign(player, { currentTime, playbackRate });
    if (isPlaying) void player.play().catch(() => {});
  };
  player.addEventListener("loadedmetadata", settle, { once: true });
  player.load();
}
