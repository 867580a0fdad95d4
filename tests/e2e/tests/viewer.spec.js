// Looking at files one after the other, each as what it is.
import { bytes, pdf, picture, sound, text } from "../support/files.js";
import { card, expectToSee, upload, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

test("the viewer opens over the gallery, leads on by arrows, and Back closes it", async ({ home }) => {
  await upload(home, picture("1.png"));
  await upload(home, picture("2.png"));
  await upload(home, picture("3.png"));
  await home.goto("/?sort=name");
  await home.evaluate(() => {
    document.body.dataset["seen"] = "yes";
  });
  await card(home, "1.png").click();
  await expectToSee(home, "1.png");
  await expect(home).toHaveURL(/\/files\/[^/]+\/view\?sort=name$/);
  await expect(home).toHaveTitle("1.png · Cloakroom");
  await expect(viewer(home).getByRole("link", { name: /^Previous/ })).toHaveCount(0);
  await home.keyboard.press("ArrowRight");
  await expectToSee(home, "2.png");
  await viewer(home).getByRole("link", { name: "Next: 3.png" }).click();
  await expectToSee(home, "3.png");
  await home.keyboard.press("ArrowLeft");
  await expectToSee(home, "2.png");
  await home.goBack();
  await expect(viewer(home)).toHaveCount(0);
  await expect(home).toHaveURL("/?sort=name");
  await expect(card(home, "2.png")).toBeFocused();
  // All of it happened on one page.
  expect(await home.evaluate(() => document.body.dataset["seen"])).toBe("yes");
  await home.goForward();
  await expectToSee(home, "2.png");
  await home.keyboard.press("Escape");
  await expect(viewer(home)).toHaveCount(0);
});

test("a file opened right after a search is looked at, and Back leads to what was found", async ({ home }) => {
  await upload(home, picture("beach.png"));
  await upload(home, text("notes.txt"));
  await home.getByRole("searchbox").pressSequentially("beach");
  await expect(home).toHaveURL("/?name=beach");
  await expect(card(home, "notes.txt")).toHaveCount(0);
  let asked = 0;
  home.on("request", (request) => (asked += new URL(request.url()).pathname === "/" ? 1 : 0));
  await card(home, "beach.png").click();
  await expectToSee(home, "beach.png");
  await expect(home).toHaveURL(/\/files\/[^/]+\/view\?name=beach$/);
  await home.goBack();
  await expect(viewer(home)).toHaveCount(0);
  await expect(home).toHaveURL("/?name=beach");
  expect(asked, "the list was there").toBe(0);
});

test("what a search finds while a file is looked at changes no address", async ({ home }) => {
  await upload(home, picture("beach.png"));
  let go = () => {};
  const gate = new Promise((resolve) => (go = () => resolve(undefined)));
  await home.route(/\?name=beach$/, async (route) => {
    if (!route.request().url().includes("/view")) await gate;
    await route.continue();
  });
  const asked = home.waitForRequest(/\/\?name=beach$/);
  // At once: of words that are typed slowly, parts are looked for as well.
  await home.getByRole("searchbox").fill("beach");
  await asked;
  await home.locator("#listing").evaluate((list) => list.setAttribute("data-before", ""));
  await card(home, "beach.png").click();
  await expectToSee(home, "beach.png");
  go();
  await expect(home.locator("#listing[data-before]")).toHaveCount(0);
  await expect(home).toHaveURL(/\/files\/[^/]+\/view$/);
});

test("the address of the viewer is a page of its own", async ({ home }) => {
  await upload(home, picture("1.png"));
  await upload(home, picture("2.png"));
  await card(home, "2.png").click();
  await expectToSee(home, "2.png");
  await home.reload();
  await expectToSee(home, "2.png");
  await home.keyboard.press("ArrowRight");
  await expectToSee(home, "1.png");
  await viewer(home).getByRole("link", { name: "Close" }).click();
  await expect(card(home, "1.png")).toBeVisible();
});

test("a picture is zoomed by its button, by a click and by keys", async ({ home }) => {
  await upload(home, picture("beach.png", { width: 800, height: 600 }));
  await card(home, "beach.png").click();
  const image = viewer(home).getByRole("img", { name: "beach.png" });
  const zoom = viewer(home).getByRole("button", { name: "Zoom" });
  await expect(zoom).toHaveAttribute("aria-pressed", "false");
  const width = async () => (await image.boundingBox())?.width ?? 0;
  await expect(image).toHaveJSProperty("naturalWidth", 800);
  const small = await width();
  await zoom.click();
  await expect(zoom).toHaveAttribute("aria-pressed", "true");
  await expect(zoom).toHaveAccessibleDescription("Zoom out (Z)");
  await expect.poll(width).toBeGreaterThan(small);
  await zoom.click();
  await expect.poll(width).toBe(small);
  await image.click();
  await expect(zoom).toHaveAttribute("aria-pressed", "true");
  await image.click();
  await expect.poll(width).toBe(small);
  // Step by step, and back.
  await home.keyboard.press("+");
  await expect.poll(width).toBe(small * 1.5);
  await home.keyboard.press("+");
  await expect.poll(width).toBe(small * 2.25);
  await home.keyboard.press("-");
  await home.keyboard.press("-");
  await expect.poll(width).toBe(small);
  await expect(zoom).toHaveAttribute("aria-pressed", "false");
  await expect(zoom).toHaveAccessibleDescription("Zoom in (Z)");
});

test("sound plays from any place", async ({ home }) => {
  await upload(home, sound("waves.wav", 60));
  await card(home, "waves.wav").click();
  const audio = viewer(home).locator("audio");
  await expect
    .poll(() => audio.evaluate((element) => element instanceof HTMLAudioElement && element.duration))
    .toBe(60);
  await audio.evaluate((element) => {
    if (element instanceof HTMLAudioElement) element.currentTime = 42;
  });
  await expect
    .poll(() =>
      audio.evaluate((element) => element instanceof HTMLAudioElement && !element.seeking && element.currentTime),
    )
    .toBe(42);
});

test("a video is shown with its controls", async ({ home }) => {
  await upload(home, { name: "clip.webm", mimeType: "video/webm", buffer: await filmed(home) });
  await card(home, "clip.webm").click();
  const video = viewer(home).locator("video");
  await expect
    .poll(() => video.evaluate((element) => element instanceof HTMLVideoElement && element.videoWidth))
    .toBe(64);
  await expect(video).toHaveAttribute("controls");
});

test("a PDF is shown in a frame of its own", async ({ home, server }) => {
  await upload(home, pdf("ticket.pdf"));
  // Its first page comes from the store as well.
  const asked = home.waitForResponse(
    (response) =>
      response.request().method() === "GET" &&
      response.url().startsWith(server.storeOrigin) &&
      new URL(response.url()).pathname.endsWith("/ticket.pdf"),
  );
  await card(home, "ticket.pdf").click();
  await expect(viewer(home).locator("iframe")).toHaveAttribute("title", "ticket.pdf");
  expect((await asked).headers()["content-type"]).toBe("application/pdf");
});

test("a text is shown as text, as far as people read", async ({ home }) => {
  const page = "<h1>Not a heading</h1><script>document.title = 'run'</script>";
  await upload(
    home,
    text("notes.txt", "Bring a coat."),
    { ...text("page.html", page), mimeType: "text/html" },
    text("long.txt", "line\n".repeat(30_000)),
    text("empty.txt", ""),
  );
  await home.goto("/?sort=name");
  await card(home, "notes.txt").click();
  await expect(viewer(home).getByText("Bring a coat.")).toBeVisible();
  await home.goBack();
  await card(home, "page.html").click();
  await expect(viewer(home).getByText(page)).toBeVisible();
  await expect(home).toHaveTitle("page.html · Cloakroom");
  await home.goBack();
  await card(home, "long.txt").click();
  await expect(viewer(home).getByText("These are the first 66 KB.")).toBeVisible();
  await expect.poll(async () => (await viewer(home).locator("pre").textContent())?.length).toBe(64 * 1024);
  await home.goBack();
  await card(home, "empty.txt").click();
  await expect(viewer(home).getByText("This file is empty.")).toBeVisible();
});

test("what cannot be shown can be downloaded", async ({ home, watch }) => {
  await upload(home, bytes("backup.bin", 100));
  await card(home, "backup.bin").click();
  await expect(viewer(home).getByText("This type cannot be shown here.")).toBeVisible();
  watch.allow(/ERR_ABORTED GET .*response-content-disposition/);
  const [download] = await Promise.all([
    home.waitForEvent("download"),
    viewer(home).getByRole("link", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("backup.bin");
});

test("a file is deleted from the viewer, and Undo brings it back", async ({ home }) => {
  await upload(home, picture("kept.png"), picture("gone.png"));
  await card(home, "gone.png").click();
  await viewer(home).getByRole("button", { name: "Trash", exact: true }).click();
  // What comes next is looked at.
  await expectToSee(home, "kept.png");
  await expect(card(home, "gone.png")).toHaveCount(0);
  await home.keyboard.press("ControlOrMeta+z");
  await expect(home.getByText("“gone.png” is back.")).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(home).toHaveURL("/");
  await expect(card(home, "gone.png")).toBeVisible();
});

/**
 * A short film, made by the browser itself.
 * @param {Page} page
 */
async function filmed(page) {
  const film = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [64, 48];
    const pen = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start(100);
    // Until something of it was taken, which a busy machine does late.
    for (let frame = 0; frame < 10 || !parts.some(({ size }) => size > 0); frame += 1) {
      pen?.fillRect(frame % 50, frame % 40, 8, 8);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    recorder.stop();
    await stopped;
    return Array.from(new Uint8Array(await new Blob(parts).arrayBuffer()));
  });
  return Buffer.from(film);
}
