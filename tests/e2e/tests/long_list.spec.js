// Long lists: they stay light, lead up and down without a jump, go to any month, and are shown again where they were left.
import { list } from "../support/gallery.js";
import { insertMany, nameOf } from "../support/many.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

const COUNT = 1_100;

test("a long way down keeps few files on the page, and the way back up brings the same ones", async ({
  home,
  server,
  person,
}) => {
  insertMany(server, person, COUNT);
  await home.reload();
  await wheelTo(home, 500);
  await expect.poll(() => shown(home)).toBeLessThan(600);
  await expect(home.locator(".gap").first()).toBeAttached();
  // All that is asked for ahead of the window is there.
  await expect
    .poll(() =>
      home.evaluate(() => {
        const edge = document.querySelector("[data-more]:not([aria-busy])");
        return edge !== null && edge.getBoundingClientRect().top > innerHeight + 1_200;
      }),
    )
    .toBe(true);
  const height = await home.evaluate(() => document.documentElement.scrollHeight);
  // Nothing is lost of the height of what was dropped, and it comes back where it was.
  await home.evaluate(() => scrollTo(0, 0));
  await expect(file(home, 1)).toBeInViewport();
  await expect(file(home, 25)).toBeAttached();
  expect(Math.abs((await home.evaluate(() => document.documentElement.scrollHeight)) - height)).toBeLessThan(60);
  await expectInOrder(home);
});

test("a list is shown again where it was left, and leads up from there", async ({ home, server, person }) => {
  insertMany(server, person, COUNT);
  await home.reload();
  const seen = await wheelTo(home, 500);
  await expect(home).toHaveURL(/[?&]at=/);
  await home.getByRole("link", { name: "Trash", exact: true }).click();
  await expect(home.getByRole("heading", { name: "Trash", level: 1 })).toBeVisible();
  await home.goBack();
  await expect(file(home, seen)).toBeInViewport();
  await expectInOrder(home);
  await home.reload();
  await expect(file(home, seen)).toBeInViewport();
  // And up to the beginning.
  await expect(async () => {
    await home.mouse.wheel(0, -30_000);
    await expect(file(home, 1)).toBeInViewport({ timeout: 100 });
  }).toPass({ intervals: [50] });
  await expectInOrder(home);
});

test("what is on its way below is asked for once, also when more comes above meanwhile", async ({
  home,
  server,
  person,
}) => {
  insertMany(server, person, 200);
  await home.setViewportSize({ width: 1280, height: 1600 });
  await home.reload();
  const place = await list(home).locator("[data-id]").nth(40).getAttribute("data-at");
  /** @type {string[]} */
  const asked = [];
  let arrive = () => {};
  const gate = new Promise((resolve) => (arrive = () => resolve(undefined)));
  await home.route(/[?&]after=/, async (route) => {
    asked.push(route.request().url());
    await gate;
    await route.continue();
  });
  await home.goto(`/?at=${encodeURIComponent(place ?? "")}`);
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  await expect(file(home, 1)).toBeAttached();
  arrive();
  await expect(file(home, 41 + 48)).toBeAttached();
  await expect(home.locator("[data-cards] [data-more]:not([aria-busy])")).toBeAttached();
  expect(asked, "each once").toEqual([...new Set(asked)]);
  await expectInOrder(home);
});

test("the timeline goes to a month by keyboard, and follows the list", async ({ home, server, person }) => {
  insertMany(server, person, COUNT);
  await home.reload();
  const timeline = home.getByRole("slider", { name: "Timeline" });
  await expect(timeline).toHaveAttribute("aria-valuetext", "October 2025, 50 files");
  await timeline.press("End");
  await expect(file(home, 1_026)).toBeAttached();
  await expect(timeline).toHaveAttribute("aria-valuetext", /^August 2024, /);
  await timeline.press("ArrowUp");
  await expect(timeline).toHaveAttribute("aria-valuetext", /^September 2024, /);
  await expect(home.getByRole("heading", { name: /September 2024/ }).first()).toBeInViewport();
  await timeline.press("Home");
  await expect(file(home, 1)).toBeInViewport();
  await expectInOrder(home);
  await wheelTo(home, 300);
  await expect(timeline).not.toHaveAttribute("aria-valuetext", /October 2025/);
});

test("all that a search finds is selected, trashed at once, and brought back", async ({ home, server, person }) => {
  insertMany(server, person, 550);
  await home.goto("/?name=file");
  await home.keyboard.press("Control+a");
  const bar = home.locator("#selection");
  await expect(bar.getByText("48 selected")).toBeVisible();
  await bar.getByRole("button", { name: "Select all 550" }).click();
  await expect(bar.getByText("550 selected")).toBeVisible();
  await expect(bar.getByRole("button", { name: "Select all 550" })).toHaveCount(0);
  await bar.getByRole("button", { name: "Trash" }).click();
  const toast = home.getByText("550 files are in the trash.");
  await expect(toast).toBeInViewport();
  await expect(home.getByText("No file matches.")).toBeVisible();
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(home.getByText("550 match")).toBeVisible();
  await expect(file(home, 1)).toBeVisible();
});

test("one that is taken out of all that were found leaves those that are ticked", async ({ home, server, person }) => {
  insertMany(server, person, 100);
  await home.reload();
  await home.keyboard.press("Control+a");
  const bar = home.locator("#selection");
  await bar.getByRole("button", { name: "Select all 100" }).click();
  await home.getByRole("checkbox", { name: `Select ${nameOf(3)}` }).uncheck();
  await expect(bar.getByText("47 selected")).toBeVisible();
  await bar.getByRole("button", { name: "Trash" }).click();
  await expect(home.getByText("47 files are in the trash.")).toBeVisible();
  await expect(file(home, 3)).toBeVisible();
  await expect(file(home, 49)).toBeAttached();
});

test("what was found before is not meant when something else is looked for", async ({ home, server, person }) => {
  insertMany(server, person, 130);
  await home.goto("/?name=file");
  await home.keyboard.press("Control+a");
  const bar = home.locator("#selection");
  await bar.getByRole("button", { name: "Select all 130" }).click();
  await home.getByRole("searchbox", { name: "Search files" }).fill("file 0010");
  // Ten, and the tenth.
  await expect(home.getByText("11 match")).toBeVisible();
  await home.getByRole("checkbox", { name: `Select ${nameOf(105)}` }).check();
  // The tenth was ticked before, and is still shown.
  await expect(bar.getByText("2 selected")).toBeVisible();
  await bar.getByRole("button", { name: "Trash" }).click();
  await expect(home.getByText("2 files are in the trash.")).toBeVisible();
});

test("a range takes along what is not on the page any more", async ({ home, server, person }) => {
  insertMany(server, person, COUNT);
  await home.reload();
  await wheelTo(home, 500);
  const there = await home.evaluate(() => scrollY);
  // Far away, by the bar of the window: nothing between comes back by itself.
  await home.evaluate(() => scrollTo(0, 0));
  await expect(file(home, 1)).toBeInViewport();
  await home.getByRole("checkbox", { name: `Select ${nameOf(1)}`, exact: true }).check();
  // Not to the end, which may be far behind it by now.
  await home.evaluate((top) => scrollTo(0, top), there);
  await expect(file(home, 500)).toBeInViewport();
  // What is far away is let go of while the rest of the range is still on its way.
  await home.clock.install();
  await home.route(/[?&]through=/, async (route) => {
    await home.evaluate(() => dispatchEvent(new Event("scroll")));
    await home.clock.runFor(200);
    await route.continue();
  });
  await home.getByRole("checkbox", { name: `Select ${nameOf(500)}`, exact: true }).click({ modifiers: ["Shift"] });
  await expect(home.locator("#selection").getByText("500 selected")).toBeVisible({ timeout: 60_000 });
});

/**
 * @param {Page} page
 * @param {number} number
 */
function file(page, number) {
  return list(page).getByRole("link", { name: nameOf(number), exact: true });
}

/**
 * Down until a file is there, by a wheel and then by the bar of the window, which has no way to go afterwards. Says which one.
 * @param {Page} page
 * @param {number} number
 */
async function wheelTo(page, number) {
  await page.mouse.wheel(0, 100);
  // Part by part: what lies far behind is let go of.
  for (let last = await lastOf(page); last < number; last = await lastOf(page)) {
    await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }));
    await expect.poll(() => lastOf(page), { intervals: [50] }).toBeGreaterThan(last);
  }
  await file(page, number).scrollIntoViewIfNeeded();
  return number;
}

/**
 * The number of the last file that is there.
 * @param {Page} page
 */
async function lastOf(page) {
  const name = await list(page).locator(".card-link").last().getAttribute("aria-label");
  return Number(/\d+/.exec(name ?? "")?.[0]);
}

/** @param {Page} page */
function shown(page) {
  return page.locator("[data-cards] [data-id]").count();
}

/**
 * What is there is in the order of the list, once each, and each day has one heading.
 * @param {Page} page
 */
async function expectInOrder(page) {
  const names = await list(page)
    .locator(".card-link")
    .evaluateAll((links) => links.map((link) => link.getAttribute("aria-label")));
  expect(names).toEqual([...new Set(names)].sort());
  const days = await page
    .locator("[data-day]")
    .evaluateAll((all) => all.map((day) => day.getAttribute("data-day") ?? ""));
  expect(days).toEqual([...new Set(days)].sort().reverse());
}
