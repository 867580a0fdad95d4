// Watches every page for what no test may leave unsaid: errors, refused content, failed requests.
import { expect } from "@playwright/test";

/** @typedef {import("@playwright/test").BrowserContext} BrowserContext */

/** Collects complaints of pages; a test announces the ones it means to cause. */
export class Watch {
  constructor() {
    /** @type {string[]} */
    this.complaints = [];
    /** @type {RegExp[]} */
    this.announced = [];
  }

  /**
   * What a test is about to cause. It must come, as often as it likes.
   * @param {...RegExp} patterns
   */
  announce(...patterns) {
    this.announced.push(...patterns);
  }

  /** @param {BrowserContext} context */
  async over(context) {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`the content security policy refused ${event.blockedURI} by ${event.violatedDirective}`);
      });
    });
    context.on("console", (message) => {
      const place = message.location().url;
      // Our pages name their icon. A bare file, opened from the store, has none, and browsers ask for one.
      const isBareFiles = place.endsWith("/favicon.ico");
      if (["error", "warning"].includes(message.type()) && !isBareFiles) this.complaints.push(`console: ${message.text()} (${place})`);
    });
    context.on("weberror", (error) => this.complaints.push(`page: ${error.error().stack ?? error.error()}`));
    context.on("requestfailed", (request) => {
      // The browser's own viewer of PDFs.
      if (request.url().startsWith("chrome-extension://")) return;
      const words = request.failure()?.errorText ?? "";
      // A page that is left or redrawn gives up what it was still loading: a picture, the list, the tab's icon.
      // So does a frame whose PDF the browser's own viewer takes over.
      const isPage = request.isNavigationRequest() && request.frame().parentFrame() === null;
      const givenUp = words === "net::ERR_ABORTED" && request.method() === "GET" && !isPage;
      if (!givenUp) this.complaints.push(`request: ${words} ${request.method()} ${request.url()}`);
    });
  }

  /** After a test: everything that was announced came, and nothing else. */
  check() {
    const { announced, complaints } = this;
    const unannounced = complaints.filter((complaint) => !announced.some((pattern) => pattern.test(complaint)));
    const missing = announced.filter((pattern) => !complaints.some((complaint) => pattern.test(complaint)));
    expect(unannounced, "what pages complained of").toEqual([]);
    expect(missing.map(String), "what was announced and did not come").toEqual([]);
  }
}
