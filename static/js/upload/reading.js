// Reads files, with patience for a browser that just now reads nothing at all.
// @ts-check

/** Until it is tried again, in milliseconds. */
const PAUSE = 200;

/**
 * WebKit reads nothing from when a page begins to be left until it is gone, which says nothing of the file.
 * @template T
 * @param {() => Promise<T>} read
 * @returns {Promise<T>}
 */
export async function readPatiently(read) {
  for (;;) {
    try {
      return await read();
    } catch {
      // It may have begun again in between.
      if (await readsAtAll()) return read();
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

function readsAtAll() {
  const inMemory = new Blob(["?"]);
  return inMemory.arrayBuffer().then(
    () => true,
    () => false,
  );
}
