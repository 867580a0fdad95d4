// Files that came without a small picture: it is made when their owner looks at them.
import { bytes } from "../support/files.js";
import { card, openFile, uploadAsAProgram } from "../support/gallery.js";
import { photograph, seen, thumbnail } from "../support/pictures.js";
import { expect, test } from "../support/test.js";

test("what came without a small picture gets it when its owner looks, one after the other", async ({ home }) => {
  const names = ["turned-6.jpg", "deep.png", "moving.gif"];
  await uploadAsAProgram(home, [...names.map(photograph), photograph("broken.jpg"), bytes("notes.own", 9)]);
  /** @type {string[]} */
  const asked = [];
  const note = (/** @type {string} */ url) => {
    const what = /\/files\/[^/]+\/(content|thumbnail-url|thumbnail)$/.exec(new URL(url).pathname)?.[1];
    if (what) asked.push(what);
  };
  home.on("request", (request) => void (request.resourceType() === "fetch" && note(request.url())));
  await home.goto("/");
  for (const name of names) await expect(thumbnail(home, name)).toHaveCount(1);
  await expect.poll(() => asked.filter((what) => what === "content").length).toBe(4);
  await home.waitForFunction(() => localStorage.getItem("cloakroom-without-thumbnail"));
  expect(asked.join(" ").replace(/content (?=content)|content$/, "")).toBe(
    Array.from({ length: 3 }, () => "content thumbnail-url thumbnail").join(" "),
  );
  expect((await seen(home, "turned-6.jpg")).corners).toBe("blue red white green");
  asked.length = 0;
  await home.reload();
  for (const name of names) await expect(thumbnail(home, name)).toHaveCount(1);
  expect(asked, "what came to nothing is not tried again").toEqual([]);
  await openFile(home, "turned-6.jpg");
  await expect(home.getByText("600 × 800 pixels")).toBeVisible();
});

test("of two tabs that show a file without a small picture, one makes it", async ({ home }) => {
  const name = "turned-6.jpg";
  await uploadAsAProgram(home, [photograph(name)]);
  let sent = 0;
  let go = () => {};
  const gate = new Promise((resolve) => (go = () => resolve(undefined)));
  await home.context().route(/\/thumbs\//, async (route) => {
    if (route.request().method() === "PUT") {
      sent += 1;
      await gate;
    }
    await route.continue();
  });
  await home.goto("/");
  await expect.poll(() => sent).toBe(1);
  const second = await home.context().newPage();
  await second.goto("/");
  await expect(card(second, name)).toBeVisible();
  go();
  for (const page of [home, second]) await expect(thumbnail(page, name)).toHaveCount(1);
  expect(sent).toBe(1);
});
