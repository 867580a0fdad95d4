// Watches every page for what no test may leave unsaid: errors, refused content, failed requests.
import { expect } from "@playwright/test";

/** @typedef {import("@playwright/test").BrowserContext} BrowserContext */
/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("@playwright/test").Request} Request */

/** Collects complaints of pages; a test announces the ones it means to cause. */
export class Watch {
  constructor() {
    /** @type {string[]} */
    this.complaints = [];
    /** @type {RegExp[]} */
    this.announced = [];
    /** @type {RegExp[]} */
    this.allowed = [];
    /** What a navigation cut off, which is no complaint, though a test may announce it. @type {string[]} */
    this.cutOff = [];
    /** Requests that were given up: a complaint unless a page turns out to have been left for another. @type {Map<Request, {page: Page, words: string}>} */
    this.givenUp = new Map();
    /** When each request began, by counting: its page's newest navigation may be newer. @type {WeakMap<Request, number>} */
    this.begun = new WeakMap();
    /** @type {WeakMap<Page, number>} */
    this.navigated = new WeakMap();
    /** For the page that each page is about to become. @type {WeakMap<Page, Request>} */
    this.coming = new WeakMap();
    /** What a page still sent while another was about to take its place. @type {WeakSet<Request>} */
    this.lastWords = new WeakSet();
    this.count = 0;
  }

  /**
   * What a test is about to cause. It must come, as often as it likes.
   * @param {...RegExp} patterns
   */
  announce(...patterns) {
    this.announced.push(...patterns);
  }

  /**
   * What a test may cause, depending on what comes first.
   * @param {...RegExp} patterns
   */
  allow(...patterns) {
    this.allowed.push(...patterns);
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
      // Playwright says so wherever `serviceWorkers` is `block`.
      const isBlocked = message.text() === "Service Worker registration blocked by Playwright";
      // A file may be put in the trash, or a session end, while its small picture is made.
      const isGone =
        / 40[149] /.test(message.text()) && /\/files\/[^/]+\/(content|thumbnail|thumbnail-url)$/.test(place);
      if (["error", "warning"].includes(message.type()) && !isBareFiles && !isBlocked && !isGone) {
        this.complaints.push(`console: ${message.text()} (${place})`);
      }
    });
    context.on("weberror", (error) => this.complaints.push(`page: ${error.error().stack ?? error.error()}`));
    context.on("request", (request) => this.#begin(request));
    context.on("requestfailed", (request) => this.#fail(request));
    context.on("requestfinished", (request) => this.#arrive(request));
    context.on("page", (page) => {
      page.on("close", () => this.#leave(page));
      page.on("framenavigated", (frame) => frame === page.mainFrame() && this.coming.delete(page));
    });
  }

  /** @param {Request} request */
  #begin(request) {
    this.count += 1;
    this.begun.set(request, this.count);
    const page = pageOf(request);
    if (!page) return;
    if (isPage(request)) {
      this.navigated.set(page, this.count);
      this.coming.set(page, request);
      this.#leave(page);
    } else if (this.coming.has(page)) this.lastWords.add(request);
  }

  /** @param {Request} request */
  #arrive(request) {
    const page = pageOf(request);
    if (page && this.coming.get(page) === request) this.coming.delete(page);
  }

  /** @param {Request} request */
  #fail(request) {
    this.#arrive(request);
    // The browser's own viewer of PDFs.
    if (request.url().startsWith("chrome-extension://")) return;
    const failure = request.failure()?.errorText ?? "";
    const words = `request: ${failure} ${request.method()} ${request.url()}`;
    const page = pageOf(request);
    // A page that is redrawn gives up what it was still loading: a picture, the list, the tab's icon.
    // So does a frame whose PDF the browser's own viewer takes over.
    if (failure === "net::ERR_ABORTED" && request.method() === "GET" && !isPage(request)) return;
    if (failure !== "net::ERR_ABORTED" || !page) this.complaints.push(words);
    else if (
      page.isClosed() ||
      this.lastWords.has(request) ||
      (this.navigated.get(page) ?? 0) > (this.begun.get(request) ?? 0)
    )
      this.cutOff.push(words);
    // The browser may tell of the end before it tells of what caused it.
    else if (isPage(request)) this.givenUp.set(request, { page, words });
    else this.complaints.push(words);
  }

  /** @param {Page} left */
  #leave(left) {
    for (const [request, { page, words }] of this.givenUp) {
      if (page !== left) continue;
      this.givenUp.delete(request);
      this.cutOff.push(words);
    }
  }

  /** After a test: everything that was announced came, and nothing else. */
  check() {
    const { announced } = this;
    const known = [...announced, ...this.allowed];
    const complaints = [...this.complaints, ...[...this.givenUp.values()].map(({ words }) => words)];
    const unannounced = complaints.filter((complaint) => !known.some((pattern) => pattern.test(complaint)));
    const missing = announced.filter(
      (pattern) => ![...complaints, ...this.cutOff].some((complaint) => pattern.test(complaint)),
    );
    expect(unannounced, "what pages complained of").toEqual([]);
    expect(missing.map(String), "what was announced and did not come").toEqual([]);
  }
}

/** @param {Request} request */
function isPage(request) {
  const frame = frameOf(request);
  return request.isNavigationRequest() && frame !== null && frame === frame.page().mainFrame();
}

/** @param {Request} request */
function pageOf(request) {
  return frameOf(request)?.page() ?? null;
}

/**
 * None for a service worker's, and for one whose frame is not there yet.
 * @param {Request} request
 */
function frameOf(request) {
  try {
    return request.frame();
  } catch {
    return null;
  }
}
