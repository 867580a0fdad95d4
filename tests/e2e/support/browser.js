// Which browser runs the tests: the one that CHROMIUM names, a system's own, or Playwright's.
import { existsSync } from "node:fs";

export { chromium } from "@playwright/test";

const SYSTEMS_OWN = "/usr/bin/chromium";

/** @returns {import("@playwright/test").LaunchOptions} */
export function launchOptions() {
  const path = process.env["CHROMIUM"] ?? (existsSync(SYSTEMS_OWN) ? SYSTEMS_OWN : undefined);
  const args = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  // Chromium's sandbox refuses root, as which containers run it.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return { args, ...(path === undefined ? {} : { executablePath: path }) };
}
