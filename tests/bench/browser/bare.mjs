// Bare requests, to compare with: the same bytes from the same page to the same store, with nothing around them.
// @ts-check

/**
 * Puts files from a page, a few at a time.
 * @param {import("./stage.mjs").Page} page
 * @param {string[]} paths
 * @param {string[]} urls
 * @param {number} atOnce
 * @returns {Promise<number>} milliseconds
 */
export async function put(page, paths, urls, atOnce) {
  await page.evaluate(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true, id: "bare" });
    document.body.append(input);
  });
  await page.locator("#bare").setInputFiles(paths);
  const taken = await page.evaluate(async ([all, width]) => {
    const input = document.querySelector("#bare");
    if (!(input instanceof HTMLInputElement)) throw new Error("There is nothing to choose with.");
    const left = [...(input.files ?? [])].map((file, number) => ({ file, url: all[number] ?? "" }));
    const began = performance.now();
    const send = async () => {
      for (let one = left.shift(); one; one = left.shift()) {
        const answer = await fetch(one.url, { method: "PUT", body: one.file });
        if (!answer.ok) throw new Error(`The store answered ${answer.status}.`);
      }
    };
    await Promise.all(Array.from({ length: width }, send));
    return performance.now() - began;
  }, /** @type {const} */ ([urls, atOnce]));
  await page.locator("#bare").evaluate((input) => input.remove());
  return taken;
}
