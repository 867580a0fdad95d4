// What a browser remembers of files that are not finished.

/**
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<import("../../../static/js/upload/memory.js").Entry[]>}
 */
export function entries(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("cloakroom-uploads");
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const all = request.result.transaction("journal").objectStore("journal").getAll();
          all.onsuccess = () => {
            request.result.close();
            const known = new Map();
            for (const { changes, isWhole } of all.result) {
              if (isWhole) known.clear();
              for (const { id, entry } of changes) known.set(id, entry);
            }
            resolve([...known.values()].filter((entry) => entry && !entry.isDone));
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
