// The same promises kept by two set-ups: nothing configured, and a real PostgreSQL with a store of its own. And the whole way in two other browsers.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/browser.js";

// A large file takes its time where all of it goes through one process.
const elsewhere = { testDir: "browsers", expect: { timeout: 60_000 } };

// What people see of a page, and how they go about in it, is the same whatever is behind it: seen once. What the databases
// answer in each of these is tested on both without a browser.
const LOOKS = [
  "accessibility",
  "everyone",
  "file",
  "filter",
  "fingers",
  "going_on",
  "installed",
  "intake",
  "lists",
  "long_list",
  "page",
  "renaming",
  "selection",
  "storage",
  "together",
  "trash",
  "viewer",
].map((name) => `${name}.spec.js`);

// What waits for minutes, as clocks run out on bad lines, is done in one of the two: each database and each kind of store has one of them.
const ON_POSTGRES_ALONE = /every fifth request/;
const EMBEDDED_ALONE = /twenty guests send at once|killed at a random moment/;

/** @type {import("@playwright/test").PlaywrightTestConfig<{}, import("./support/test.js").Options & import("./browsers/test.js").Options>} */
const config = {
  testDir: "tests",
  outputDir: "results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // axe looks at nine pages in one test, by day and by night, and the machine may be busy.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    launchOptions: launchOptions(),
    // Tests see and hold back what pages ask for, which they could not do behind one. `installed.spec.js` is about it.
    serviceWorkers: "block",
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    // Recording all of it takes a minute of the whole run. Who looks for a fault adds `--trace=retain-on-failure`.
    trace: "off",
    locale: "en-GB",
    timezoneId: "UTC",
  },
  projects: [
    { name: "embedded", use: { setup: "embedded" }, grepInvert: ON_POSTGRES_ALONE },
    { name: "postgres", use: { setup: "postgres" }, testIgnore: LOOKS, grepInvert: EMBEDDED_ALONE },
    { ...elsewhere, name: "firefox", use: { kind: "firefox" } },
    { ...elsewhere, name: "webkit", use: { kind: "webkit" } },
  ],
};

export default defineConfig(config);
