// What a browser remembers of files that are not finished.

/**
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<import("../../../static/js/upload/memory.js").Entry[]>}
 */
export function entries(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("cloakroom-uploads", 1);
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const all = request.result.transaction("unfinished").objectStore("unfinished").getAll();
          all.onsuccess = () => {
            request.result.close();
            resolve(all.result.filter(({ isDone }) => !isDone));
          };
        };
      }),
  );
}

/**
 * The names of the files that are not finished.
 * @param {import("@playwright/test").Page} page
 */
export async function remembered(page) {
  return (await entries(page)).map(({ name }) => name);
}

/**
 * The names of the files that were begun, so that the server knows them by a key.
 * @param {import("@playwright/test").Page} page
 */
export async function begun(page) {
  return (await entries(page)).filter(({ attempt }) => attempt.objectKey).map(({ name }) => name);
}
