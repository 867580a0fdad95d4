// Pictures: each comes with a small one, which stands for it wherever many are seen.
import { allowOrigins } from "../support/cors.js";
import { sound } from "../support/files.js";
import { card, choose, expectState, openFile, upload, viewer } from "../support/gallery.js";
import { photograph, seen, thumbnail } from "../support/pictures.js";
import { expect, fillInSignIn, somebody, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

const UPRIGHT = "red green blue white";

test("a picture comes with a small one, and nothing that was sent is read again", async ({ home }) => {
  /** @type {string[]} */
  const read = [];
  home.on("request", (request) => void (/\/content$/.test(request.url()) && read.push(request.url())));
  await upload(home, photograph("turned-1.jpg"));
  await expect(thumbnail(home, "turned-1.jpg")).toHaveJSProperty("naturalWidth", 512);
  const { type, size, ...rest } = await seen(home, "turned-1.jpg");
  expect(rest).toEqual({ width: 512, height: 384, corners: UPRIGHT });
  expect(type).toBe("image/webp");
  expect(size).toBeLessThanOrEqual(64 * 1024);
  expect(read).toEqual([]);
  await openFile(home, "turned-1.jpg");
  for (const fact of ["800 × 600 pixels", "14 Jul 2026, 10:22", "Canon EOS R5", "does not say where it was taken"]) {
    await expect(home.getByText(fact)).toBeVisible();
  }
});

test("turned pictures are shown upright, and known as they are shown", async ({ home }) => {
  const corners = {
    1: UPRIGHT,
    2: "green red white blue",
    3: "white blue green red",
    4: "blue white red green",
    5: "red blue green white",
    6: "blue red white green",
    7: "white green blue red",
    8: "green white red blue",
  };
  const names = Object.keys(corners).map((orientation) => `turned-${orientation}.jpg`);
  await upload(home, ...names.map(photograph));
  for (const [orientation, expected] of Object.entries(corners)) {
    const name = `turned-${orientation}.jpg`;
    const { width, height, corners: found } = await seen(home, name);
    expect([name, width > height, found]).toEqual([name, Number(orientation) < 5, expected]);
  }
  await openFile(home, "turned-6.jpg");
  await expect(home.getByText("600 × 800 pixels")).toBeVisible();
});

test("pictures of every sort have one; what this browser cannot read has its type's sign", async ({ home }) => {
  test.slow();
  const drawn = [
    "cmyk.jpg",
    "deep.png",
    "moving.gif",
    "moving.webp",
    "still.avif",
    "clear.png",
    "hundred-megapixels.jpg",
  ];
  const others = ["broken.jpg", "phone.heic"];
  await upload(home, ...[...drawn, ...others].map(photograph));
  for (const name of drawn) {
    const { width, size } = await seen(home, name);
    const widths = { moving: 320, hundred: 384 };
    const [, expected = 512] = Object.entries(widths).find(([beginning]) => name.startsWith(beginning)) ?? [];
    expect([name, width]).toEqual([name, expected]);
    expect(size).toBeLessThanOrEqual(64 * 1024);
  }
  for (const name of others) await expect(thumbnail(home, name)).toHaveCount(0);
  expect((await seen(home, "hundred-megapixels.jpg")).corners).toBe("blue red white green");
  await openFile(home, "hundred-megapixels.jpg");
  await expect(home.getByText("8700 × 11600 pixels")).toBeVisible();
});

test("films of every kind that this browser plays have a frame of theirs", async ({ home }) => {
  const kinds = ["video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm;codecs=av01", "video/mp4;codecs=avc1"];
  const written = await home.evaluate((all) => all.filter((kind) => MediaRecorder.isTypeSupported(kind)), kinds);
  expect(written.length).toBeGreaterThan(1);
  test.info().annotations.push({ type: "films", description: written.join() });
  for (const kind of written) {
    const name = `${kind.replaceAll(/\W/g, "-")}.${kind.includes("mp4") ? "mp4" : "webm"}`;
    const film = Buffer.from(await home.evaluate(record, kind));
    await upload(home, { name, mimeType: kind.split(";")[0] ?? "", buffer: film });
    expect(await seen(home, name), name).toMatchObject({ width: 320, height: 240, corners: "red red red red" });
    await card(home, name).click();
    await expect(viewer(home).locator("video")).toHaveAttribute("poster", /\/thumbnail$/);
    await home.goBack();
  }
});

test("a sound tells how long it plays, before anybody has opened it", async ({ home }) => {
  await upload(home, sound("song.wav", 83));
  await expect(card(home, "song.wav")).toHaveAccessibleDescription(/^Audio, length 1:23, /);
  await openFile(home, "song.wav");
  await expect(home.getByText("1:23", { exact: true })).toBeVisible();
});

/**
 * A second of red, in the page.
 * @param {string} mimeType
 */
async function record(mimeType) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 240];
  const context = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start(100);
  // Until something of it was taken, which a busy machine does late.
  for (let frame = 0; frame < 40 || !parts.some(({ size }) => size > 0); frame += 1) {
    if (context) context.fillStyle = frame % 2 ? "#e03020" : "#e03021";
    context?.fillRect(0, 0, 320, 240);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.stop();
  await stopped;
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}

test("a page that was seen loads no picture again", async ({ home }) => {
  const address = "/?sort=name";
  const names = ["turned-1.jpg", "turned-2.jpg", "still.avif"];
  await upload(home, ...names.map(photograph));
  const session = await home.context().newCDPSession(home);
  await session.send("Network.enable");
  /** @type {Map<string, string>} */
  const pictures = new Map();
  let bytes = 0;
  session.on("Network.requestWillBeSent", ({ requestId, type, request, documentURL }) => {
    // What was just uploaded may still be shown by the page that is left now.
    const isOurs = documentURL.endsWith(address) && type === "Image";
    if (isOurs && request.url.includes("/thumb")) pictures.set(requestId, request.url);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (pictures.has(requestId)) bytes += encodedDataLength;
  });
  await home.goto(address);
  for (const name of names) await expect(thumbnail(home, name)).toHaveJSProperty("naturalWidth", 512);
  await expect.poll(() => pictures.size).toBe(3);
  // Their addresses change twice a day, which may be just now.
  await expect(async () => {
    bytes = 0;
    await home.reload();
    for (const name of names) await expect(thumbnail(home, name)).toHaveJSProperty("naturalWidth", 512);
    expect(bytes).toBe(0);
  }).toPass();
  expect(pictures.size).toBeGreaterThan(3);
});

test("an opened picture is there at once, small, until the whole has come", async ({ home }) => {
  await upload(home, photograph("turned-6.jpg"));
  let go = () => {};
  const gate = new Promise((resolve) => (go = () => resolve(undefined)));
  await home.route(/\/content$/, async (route) => {
    await gate;
    await route.continue();
  });
  await card(home, "turned-6.jpg").click();
  const small = viewer(home).locator(".preview-under");
  await expect(small).toHaveJSProperty("naturalWidth", 384);
  await expect(viewer(home).getByText("turned-6.jpg")).toBeVisible();
  const before = await small.boundingBox();
  expect(before?.height).toBeGreaterThan(300);
  go();
  await expect(small).toHaveCount(0);
  const whole = await viewer(home).getByRole("img", { name: "turned-6.jpg" }).boundingBox();
  expect(whole?.height).toBeCloseTo(before?.height ?? 0, 0);
});

test("the place is taken out of pictures for who wishes it, and nothing else is", async ({ home }) => {
  const original = photograph("reykjavik.jpg");
  const stored = async (/** @type {string} */ name) => {
    const url = (await card(home, name).getAttribute("data-download")) ?? "";
    return (await home.request.get(url)).body();
  };
  await upload(home, original);
  expect(original.buffer.equals(await stored("reykjavik.jpg")), "the original is sacred").toBe(true);
  await openFile(home, "reykjavik.jpg");
  await expect(home.getByText("The picture says where it was taken.")).toBeVisible();
  await home.goto("/account");
  // Saved as it is switched, and the page that goes on knows.
  await expect(home.getByRole("region", { name: "Pictures" }).getByRole("button", { name: "Apply" })).toBeHidden();
  await home.getByLabel("Take the place out").check();
  await expect(home.getByRole("status").getByText("sent without the place")).toBeVisible();
  await home.getByRole("link", { name: "Files", exact: true }).click();
  await expect(home.getByRole("heading", { name: "Files", exact: true })).toBeVisible();
  await upload(home, { ...original, name: "home.jpg" });
  const bytes = await stored("home.jpg");
  expect(bytes.length).toBe(original.buffer.length);
  // In words, and as three fractions.
  const places = [Buffer.from("64,8.8N"), fractions(64, 8, 48)];
  expect(places.map((place) => original.buffer.includes(place))).toEqual([true, true]);
  expect(places.map((place) => bytes.includes(place))).toEqual([false, false]);
  expect(bytes.toString("latin1")).toContain("Canon EOS R5");
  await openFile(home, "home.jpg");
  await expect(home.getByText("The picture does not say where it was taken.")).toBeVisible();
  await expect(home.getByText("14 Jul 2026, 10:22")).toBeVisible();
});

test("a bucket whose rules are of an older version takes pictures all the same", async ({
  openServer,
  open,
  watch,
}) => {
  const server = await openServer({}, { open: async (store) => store, close: async () => {} });
  if (!server.bucket) throw new Error("The store is no process of its own.");
  await allowOrigins(server.bucket, [server.url], "x-amz-meta-picture");
  const person = somebody("Ada Lovelace", "member");
  await server.createUser(person);
  const page = await open(null, { baseURL: server.url });
  await page.goto("/sign-in");
  await fillInSignIn(page, person);
  watch.announce(/x-amz-meta-picture|net::ERR_FAILED|404.*save-metadata/);
  await choose(page, photograph("turned-6.jpg"));
  await expectState(page, "turned-6.jpg", "done");
  // Its thumbnail came, of which nobody could tell; the page finds it.
  await expect(thumbnail(page, "turned-6.jpg")).toHaveCount(1);
  await openFile(page, "turned-6.jpg");
  await expect(page.getByText("600 × 800 pixels")).toBeVisible();
});

test("a thumbnail that does not arrive keeps no picture from arriving", async ({ home, watch }) => {
  watch.allow(/thumbs|Failed to load resource|net::ERR_FAILED/);
  await home.route(/\/thumbs\//, (route) => route.abort());
  await choose(home, photograph("turned-1.jpg"));
  await expectState(home, "turned-1.jpg", "done");
  await expect(card(home, "turned-1.jpg")).toBeVisible();
  await expect(thumbnail(home, "turned-1.jpg")).toHaveCount(0);
  await home.unroute(/\/thumbs\//);
  await home.reload();
  await expect(thumbnail(home, "turned-1.jpg")).toHaveCount(1);
});

test("a picture that takes a while fades in; one that does not come leaves its name", async ({ home, watch }) => {
  watch.allow(/Failed to load resource|net::ERR_FAILED/);
  await upload(home, photograph("turned-1.jpg"));
  await home.addInitScript(() => {
    const { animate } = Element.prototype;
    /** @type {(this: Element, frames: any, options: any) => Animation} */
    Element.prototype.animate = function (frames, options) {
      if (this instanceof HTMLImageElement) document.body.dataset["faded"] = "yes";
      return animate.call(this, frames, options);
    };
  });
  // A network that thinks, until the page's script has begun to watch and for a while after.
  await home.route(/\/thumbnail$/, async (route) => {
    await home.waitForLoadState("domcontentloaded");
    const before = performance.now();
    while (performance.now() - before < 100) await home.title();
    await route.continue();
  });
  await home.reload();
  await expect(thumbnail(home, "turned-1.jpg")).toHaveJSProperty("naturalWidth", 512);
  await expect(home.locator("body")).toHaveAttribute("data-faded", "yes");
  await home.unroute(/\/thumbnail$/);
  await home.route(/\/thumbnail$/, (route) => route.abort());
  await home.reload();
  await expect(card(home, "turned-1.jpg").locator(".broken").getByText("turned-1.jpg")).toBeVisible();
  await expect(thumbnail(home, "turned-1.jpg")).toHaveCount(0);
});

/**
 * As EXIF has degrees, minutes and seconds.
 * @param {...number} numbers
 */
function fractions(...numbers) {
  const bytes = Buffer.alloc(8 * numbers.length);
  for (const [place, number] of numbers.entries()) {
    bytes.writeUInt32LE(number, 8 * place);
    bytes.writeUInt32LE(1, 8 * place + 4);
  }
  return bytes;
}
