// Pictures of every page, to look at, and the one in the README.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/browser.js";

export default defineConfig({
  testDir: "pictures",
  outputDir: "results",
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    launchOptions: launchOptions(),
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    locale: "en-GB",
    timezoneId: "UTC",
  },
});
