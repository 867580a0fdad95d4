// The app as it is installed on a phone: what its service worker keeps, what it never keeps, and what other apps share.
import { picture, text } from "../support/files.js";
import { card, expectState, upload } from "../support/gallery.js";
import { expectHeading } from "../support/same_page.js";
import { expect, fillInSignIn, signOut, test } from "../support/test.js";

/**
 * @typedef {import("../support/test.js").Page} Page
 * @typedef {import("../support/files.js").Upload} Upload
 */

test.use({ serviceWorkers: "allow" });

const FAILED = /ERR_INTERNET_DISCONNECTED|ERR_FAILED/;

test("it can be installed", async ({ home }) => {
  await ready(home);
  const devtools = await home.context().newCDPSession(home);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Each test has a private window, in which nothing is installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
  const { url, errors, data } = await devtools.send("Page.getAppManifest");
  expect([new URL(url).pathname, errors]).toEqual(["/manifest.webmanifest", []]);
  const { icons } = JSON.parse(data ?? "{}");
  for (const { src, type, sizes } of icons) {
    const answer = await home.request.get(src);
    expect([answer.status(), answer.headers()["content-type"]], src).toEqual([200, type]);
    if (sizes !== "any") expect(await sizeOf(home, src), src).toBe(sizes);
  }
});

test("a page that is asked for without a network says so, and comes back with it", async ({ home, watch }) => {
  await ready(home);
  watch.announce(FAILED);
  await home.context().setOffline(true);
  await home.goto("/trash");
  await expectHeading(home, "You are offline");
  await expect(home.getByText("Your files are safe. This page comes back with the network.")).toBeVisible();
  expect(await home.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(250, 250, 247)");
  await home.getByRole("link", { name: "Try again" }).click();
  await expectHeading(home, "You are offline");
  await home.context().setOffline(false);
  await expectHeading(home, "Trash");
  await expect(home).toHaveURL("/trash");
});

test("what pages need comes from what was kept, and no answer of the server's is ever kept", async ({ home }) => {
  await ready(home);
  await upload(home, picture("beach.png"), text("notes.txt"));
  for (const place of ["/account", "/trash", "/"]) await home.goto(place);
  await expect(card(home, "notes.txt")).toBeVisible();
  await expect.poll(async () => (await keptIn(home)).filter((path) => path.endsWith("js/main.js"))).toHaveLength(1);
  for (const path of await keptIn(home)) expect(path).toMatch(/^\/(offline$|static\/)/);
  const again = await home.evaluate(async () => {
    const [name = ""] = await caches.keys();
    const address = document.querySelector('link[rel="stylesheet"]')?.getAttribute("href") ?? "";
    await (await caches.open(name)).put(address, new Response("what was kept"));
    return (await fetch(address, { cache: "reload" })).text();
  });
  expect(again).toBe("what was kept");
});

test("what an older version kept is let go", async ({ home }) => {
  await ready(home);
  await home.evaluate(async () => {
    await caches.open("cloakroom-assets:/static/older/");
    await (await navigator.serviceWorker.ready).unregister();
  });
  await home.reload();
  await ready(home);
  expect(await home.evaluate(() => caches.keys())).toEqual([expect.not.stringContaining("older")]);
});

test("a page that is loaded as a whole says what was just done", async ({ home }) => {
  await ready(home);
  await home.goto("/account");
  await home.getByLabel("Name", { exact: true }).fill("Ada King");
  // As without scripts.
  await home
    .locator('form[action="/account/name"]')
    .evaluate((form) => form instanceof HTMLFormElement && form.submit());
  await expect(home.getByText("Your name was changed.")).toBeVisible();
});

test("files that another app shares are uploaded when somebody says so", async ({ home }) => {
  await ready(home);
  await share(home, picture("beach.png"), text("notes.txt"));
  const question = home.getByRole("dialog", { name: "Upload what was shared?" });
  await expect(question.getByRole("listitem")).toHaveText(["beach.png", "notes.txt"]);
  await expect(home).toHaveURL("/");
  await question.getByRole("button", { name: "Upload" }).click();
  for (const name of ["beach.png", "notes.txt"]) {
    await expectState(home, name, "done");
    await expect(card(home, name)).toBeVisible();
  }
  await home.reload();
  await expect(card(home, "notes.txt")).toBeVisible();
  expect(await waiting(home), "they are asked for once").toBe(0);
  await share(home, text("other.txt"));
  await question.getByRole("button", { name: "Discard" }).click();
  await expect.poll(() => waiting(home)).toBe(0);
  await expect(card(home, "other.txt")).toHaveCount(0);
});

test("what is shared waits until somebody has signed in", async ({ home, person }) => {
  await ready(home);
  await home.context().clearCookies();
  await share(home, text("notes.txt"));
  await expectHeading(home, "Sign in");
  await fillInSignIn(home, person);
  const question = home.getByRole("dialog", { name: "Upload what was shared?" });
  await expect(question.getByRole("listitem")).toHaveText(["notes.txt"]);
  await home.keyboard.press("Escape");
  await home.reload();
  await question.getByRole("button", { name: "Upload" }).click();
  await expectState(home, "notes.txt", "done");
});

test("of more than fits so much is kept, and the page says so", async ({ home }) => {
  await ready(home);
  await share(home, ...Array.from({ length: 201 }, (_, number) => text(`${number}.txt`)));
  const question = home.getByRole("dialog", { name: "Upload what was shared?" });
  await expect(question.getByRole("listitem")).toHaveCount(200);
  await question.getByRole("button", { name: "Discard" }).click();
  await expect(home.getByRole("alert").filter({ hasText: "Not all that was shared" })).toBeVisible();
});

test("after signing out nothing of a person is kept", async ({ home, person }) => {
  await ready(home);
  await upload(home, picture("beach.png"));
  await share(home, text("notes.txt"));
  await expect(home.getByRole("dialog", { name: "Upload what was shared?" })).toBeVisible();
  await home.keyboard.press("Escape");
  await expect.poll(() => waiting(home)).toBe(1);
  await signOut(home, person);
  await expect.poll(() => waiting(home)).toBe(0);
  const kept = await home.evaluate(async () => {
    /** @type {string[]} */
    const words = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        words.push(request.url, (await (await cache.match(request))?.text()) ?? "");
    }
    return words.join("\n");
  });
  for (const own of [person.name, person.email, "beach.png", "notes.txt"]) expect(kept).not.toContain(own);
});

/**
 * The service worker stands behind the page.
 * @param {Page} page
 */
async function ready(page) {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
}

/**
 * As a phone does it: a form that is sent to where the manifest says.
 * @param {Page} page
 * @param {...Upload} files
 */
async function share(page, ...files) {
  const plain = files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, content: [...buffer] }));
  const sent = page.waitForNavigation();
  await page.evaluate((contents) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/share" });
    const field = Object.assign(document.createElement("input"), { type: "file", name: "files", multiple: true });
    const transfer = new DataTransfer();
    for (const { name, type, content } of contents) {
      transfer.items.add(new File([new Uint8Array(content)], name, { type }));
    }
    form.enctype = "multipart/form-data";
    field.files = transfer.files;
    form.append(field);
    document.body.append(form);
    form.submit();
  }, plain);
  await sent;
}

/**
 * How much of what was shared nobody has taken.
 * @param {Page} page
 * @returns {Promise<number>}
 */
function waiting(page) {
  return page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data.length);
      active?.postMessage("shared", [port2]);
    });
  });
}

/**
 * The paths of what is in any cache.
 * @param {Page} page
 */
function keptIn(page) {
  return page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(all.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => url.slice(location.origin.length));
  });
}

/**
 * @param {Page} page
 * @param {string} src
 */
function sizeOf(page, src) {
  return page.evaluate(async (address) => {
    const icon = Object.assign(new Image(), { src: address });
    await icon.decode();
    return `${icon.naturalWidth}x${icon.naturalHeight}`;
  }, src);
}
