// Bare requests, to compare with: the same bytes from the same page to the same store, with nothing around them.
// @ts-check

/**
 * A page, whoever speaks to it.
 * @typedef {object} Tab
 * @property {<T, A extends unknown[]>(act: (...args: A) => T, ...args: A) => Promise<Awaited<T>>} run
 * @property {(selector: string, files: string[]) => Promise<void>} choose
 */

/**
 * Puts files from a page, a few at a time.
 * @param {Tab} tab
 * @param {string[]} paths
 * @param {string[]} urls
 * @param {number} atOnce
 * @returns {Promise<number>} milliseconds
 */
export async function put(tab, paths, urls, atOnce) {
  await tab.run(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true, id: "bare" });
    document.body.append(input);
  });
  await tab.choose("#bare", paths);
  return tab.run(
    async (all, width) => {
      const input = document.querySelector("#bare");
      if (!(input instanceof HTMLInputElement)) throw new Error("There is nothing to choose with.");
      const left = [...(input.files ?? [])].map((file, number) => ({ file, url: all[number] ?? "" }));
      input.remove();
      const began = performance.now();
      const send = async () => {
        for (let one = left.shift(); one; one = left.shift()) {
          const answer = await fetch(one.url, { method: "PUT", body: one.file });
          if (!answer.ok) throw new Error(`The store answered ${answer.status}.`);
        }
      };
      await Promise.all(Array.from({ length: width }, send));
      return performance.now() - began;
    },
    urls,
    atOnce,
  );
}

/**
 * @param {import("./stage.mjs").Page} page
 * @returns {Tab}
 */
export function watched(page) {
  return {
    run: (act, ...args) => page.evaluate(`(${act})(...${JSON.stringify(args)})`),
    choose: (selector, files) => page.locator(selector).setInputFiles(files),
  };
}
