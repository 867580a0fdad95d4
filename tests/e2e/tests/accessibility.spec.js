// axe-core finds nothing serious on any page, in any state, by day or by night; and no page is heavy, or jumps.
import { gzipSync } from "node:zlib";
import { expectAccessible } from "../support/accessible.js";
import { bytes, picture, text } from "../support/files.js";
import { box, card, choose, expectState, expectToSee, openFile, upload, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

/** In bytes, gzipped. */
const MOST_SCRIPT = 45 * 1024;
const MOST_STYLE = 20 * 1024;

test("the doors are accessible", async ({ page, open, openServer, createPerson, watch }) => {
  await page.goto("/sign-in");
  await expectAccessible(page);
  watch.announce(/status of 401/, /status of 404/);
  await page.getByLabel("Email").fill("nobody@example.com");
  await page.getByLabel("Password").fill("no such words");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /password/ })).toBeVisible();
  await expectAccessible(page);
  for (const place of ["/nowhere", "/offline"]) {
    await page.goto(place);
    await expectAccessible(page);
  }
  const admin = await open(await createPerson("admin"));
  await admin.goto("/admin/users");
  await admin.getByRole("button", { name: "Make an invitation link" }).click();
  const invitation = await admin.getByLabel("Link to hand over").inputValue();
  await expectAccessible(admin);
  await page.goto(invitation);
  await expectAccessible(page);
  await admin.getByRole("table").getByRole("link").first().click();
  await admin.getByRole("button", { name: "Make a password link" }).click();
  await page.goto(await admin.getByLabel("Link to hand over").inputValue());
  await expectAccessible(page);
  const server = await openServer();
  await page.goto(await server.setUpLink());
  await expectAccessible(page);
});

test("the gallery, the queue, the viewer and a file's page are accessible", async ({ home, person, watch }) => {
  await expectAccessible(home);
  await upload(home, picture("beach.png"), text("notes.txt"), bytes("backup.bin", 100));
  await choose(home, { ...text("liar.png"), mimeType: "image/png" });
  await expectState(home, "liar.png", "failed");
  await expectAccessible(home);
  await home.goto("/?view=list&name=nothing");
  await expectAccessible(home);
  await home.goto("/?sort=name");
  await box(home, "notes.txt").check();
  await expectAccessible(home);
  await home.keyboard.press("?");
  await expect(home.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await expectAccessible(home);
  await home.goto("/?view=grid");
  await home.getByRole("button", { name: person.name }).click();
  await expectAccessible(home);
  await home.keyboard.press("Escape");
  for (const name of ["beach.png", "notes.txt", "backup.bin"]) {
    await card(home, name).click();
    await expectToSee(home, name);
    // What is in use does not fade while axe is at it.
    const close = viewer(home).getByRole("link", { name: "Close" });
    await close.focus();
    await expectAccessible(home);
    await close.click();
  }
  await openFile(home, "beach.png");
  await expectAccessible(home);
  await home.getByRole("button", { name: "Trash", exact: true }).click();
  await expect(home.getByRole("button", { name: "Undo" })).toBeVisible();
  await expectAccessible(home);
  await home.goto("/trash");
  await expectAccessible(home);
  await home.getByRole("button", { name: "Empty trash" }).click();
  await expect(home.getByRole("dialog", { name: /^Delete .* forever\?$/ })).toBeVisible();
  await expectAccessible(home);
  await home.goto("/account");
  await expectAccessible(home);
  await home.goto("/");
  await home.context().clearCookies();
  watch.announce(/status of 401/, /Response Status Error Code 401/);
  await home.getByRole("searchbox", { name: "Search files" }).fill("beach");
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByLabel("Password").fill("no such words");
  await expectAccessible(home);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expectAccessible(home);
});

test("the pages of administrators are accessible", async ({ home, person, open, createPerson }) => {
  await upload(home, picture("beach.png"), text("notes.txt"));
  const admin = await open(await createPerson("admin"));
  for (const place of [
    "/admin",
    "/admin/files",
    "/admin/files?name=nothing",
    "/admin/users",
    "/admin/unowned",
    "/admin/storage",
    "/admin/events",
    "/styleguide",
    `/admin/users?name=${person.email}`,
  ]) {
    await admin.goto(place);
    await expectAccessible(admin);
  }
  await admin.getByRole("link", { name: person.email }).click();
  await expect(admin.getByRole("heading", { name: person.name, level: 1 })).toBeVisible();
  await expectAccessible(admin);
  await admin.goto(`/admin/files?user=${person.email}`);
  await admin.getByRole("link", { name: "notes.txt" }).click();
  await expect(admin.getByRole("heading", { name: "notes.txt", level: 1 })).toBeVisible();
  await expectAccessible(admin);
});

test("pages are light, and do not jump while they load", async ({ home, server }) => {
  await upload(
    home,
    ...Array.from({ length: 12 }, (_, number) => picture(`${number}.png`, { width: 320, height: 240 })),
  );
  await home.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources } = /** @type {PerformanceEntry & {value: number, sources: {node?: Element}[]}} */ (
          entry
        );
        const moved = sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? "?").join(" ");
        document.documentElement.dataset["shift"] =
          `${document.documentElement.dataset["shift"] ?? ""} ${value} of ${moved}`;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  let [script, style] = [0, 0];
  await home.reload();
  for (const place of [
    "/",
    "/?view=list",
    "/trash",
    "/account",
    (await card(home, "0.png").getAttribute("href")) ?? "",
  ]) {
    await home.goto(place);
    await home.waitForLoadState("networkidle");
    expect(await home.evaluate(() => document.documentElement.dataset["shift"] ?? "none"), place).toBe("none");
    const loaded = await home.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    script = Math.max(script, await weigh(loaded, /(?<!htmx)\.js$/));
    style = Math.max(style, await weigh(loaded, /\.css$/));
  }
  /** Also of what the browser had kept from the page before. */
  async function weigh(/** @type {string[]} */ loaded, /** @type {RegExp} */ pattern) {
    let weight = 0;
    for (const url of loaded) {
      if (!url.startsWith(`${server.url}/static/`) || !pattern.test(url)) continue;
      weight += gzipSync(await (await home.request.get(url)).body()).length;
    }
    return weight;
  }
  test.info().annotations.push({ type: "weight", description: `${script} bytes of script, ${style} bytes of style` });
  expect(script).toBeGreaterThan(1_000);
  expect(script).toBeLessThan(MOST_SCRIPT);
  expect(style).toBeGreaterThan(1_000);
  expect(style).toBeLessThan(MOST_STYLE);
});
