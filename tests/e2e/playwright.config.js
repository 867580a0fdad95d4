// The same promises kept by two set-ups: nothing configured, and a real PostgreSQL with a store of its own. And the whole way in two other browsers.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/browser.js";

// A large file takes its time where all of it goes through one process.
const elsewhere = { testDir: "browsers", expect: { timeout: 60_000 } };

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
    trace: { mode: "retain-on-failure", screenshots: false },
    locale: "en-GB",
    timezoneId: "UTC",
  },
  projects: [
    { name: "embedded", use: { setup: "embedded" } },
    // What people see is the same, whatever is behind it.
    { name: "postgres", use: { setup: "postgres" }, testIgnore: "accessibility.spec.js" },
    { ...elsewhere, name: "firefox", use: { kind: "firefox" } },
    { ...elsewhere, name: "webkit", use: { kind: "webkit" } },
  ],
};

export default defineConfig(config);
