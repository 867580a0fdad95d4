// What many small files ask of the server: in few requests, none of which waits for longer than it helps.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect, test } from "../support/test.js";

/** @typedef {import("../../../static/js/upload/together.js").Together} Together */

const UPLOAD = new URL("../../../static/js/upload/", import.meta.url);

test("what fills a request does not wait for the clock, and what does not waits a little for others", async ({
  home,
}) => {
  await home.route("**/as-written/*", async (route) => {
    const body = await readFile(new URL(basename(route.request().url()), UPLOAD), "utf8");
    await route.fulfill({ contentType: "text/javascript", body });
  });
  await home.clock.install();
  await home.clock.pauseAt(Date.now() + 60_000);
  await home.evaluate(async () => {
    const { Together } = await import(String("/as-written/together.js"));
    /** @type {number[]} */
    const sizes = [];
    const post = async (/** @type {string} */ _, /** @type {number[]} */ bodies) => {
      sizes.push(bodies.length);
      return { status: 200, answer: bodies.map(() => ({ success: true })), wait: 0 };
    };
    const same = (/** @type {any} */ it) => it;
    const together = /** @type {Together} */ (new Together(post, "/asked", same, same));
    together.isCrowded = true;
    const answers = Array.from({ length: 85 }, (_, number) => together.ask(number, new AbortController().signal));
    Object.assign(window, { sizes, answered: Promise.all(answers).then((all) => all.length) });
  });
  const sizes = () => home.evaluate(() => Reflect.get(window, "sizes"));
  await expect.poll(sizes).toEqual([40, 40]);
  await home.clock.runFor(1_000);
  expect(await home.evaluate(() => Reflect.get(window, "answered"))).toBe(85);
  expect(await sizes()).toEqual([40, 40, 5]);
});
