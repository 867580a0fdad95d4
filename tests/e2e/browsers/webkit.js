// WebKitGTK as Debian has it, on a screen of its own that nobody sees, driven by WebDriver: https://www.w3.org/TR/webdriver2/
import { once } from "node:events";
import { createServer } from "node:net";
import { expect } from "@playwright/test";
import { Background, PATIENCE } from "./background.js";

export const WEBKIT = { driver: "/usr/bin/WebKitWebDriver", screen: "/usr/bin/Xvfb" };

/** The name that an element has in an answer. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** @typedef {import("./browser.js").Browser} Browser */

/** @implements {Browser} */
export class WebKit {
  /**
   * @param {string} folder for what it keeps
   * @param {number} proxy a port
   */
  static async open(folder, proxy) {
    const port = await freePort();
    /** @type {Background[]} */
    const programs = [];
    try {
      const args = ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
      const xvfb = new Background(WEBKIT.screen, args);
      programs.push(xvfb);
      const display = await xvfb.hears(/^(\d+)$/m);
      const environment = { HOME: folder, XDG_RUNTIME_DIR: folder, DISPLAY: `:${display}`, GDK_BACKEND: "x11" };
      programs.push(new Background(WEBKIT.driver, [`--port=${port}`], environment));
      const webkit = new WebKit(programs, `http://127.0.0.1:${port}`);
      await webkit.#begin(proxy);
      return webkit;
    } catch (problem) {
      for (const program of programs.toReversed()) await program.stop();
      throw problem;
    }
  }

  /**
   * @param {Background[]} programs
   * @param {string} url
   */
  constructor(programs, url) {
    this.programs = programs;
    this.url = url;
    /** It tells nobody of the errors of its pages. @type {string[]} */
    this.complaints = [];
  }

  /** @param {number} port of the proxy */
  async #begin(port) {
    await this.#ready();
    const proxy = { proxyType: "manual", httpProxy: `127.0.0.1:${port}`, noProxy: [] };
    const { sessionId } = await this.#send("POST", "/session", { capabilities: { alwaysMatch: { proxy } } });
    this.url = `${this.url}/session/${sessionId}`;
  }

  /** It says nothing when it listens. */
  async #ready() {
    const answers = () =>
      fetch(`${this.url}/status`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(answers, { message: "WebKitWebDriver answers", timeout: PATIENCE }).toBe(true);
  }

  /** @param {string} url */
  async goTo(url) {
    const go = () => this.#send("POST", "/url", { url });
    // What the page that is left breaks off, the driver may take for the end of this.
    await go().catch((error) => {
      if (!String(error.message).startsWith("unknown error")) throw error;
      return go();
    });
  }

  async reload() {
    await this.#send("POST", "/refresh", {});
  }

  async back() {
    await this.#send("POST", "/back", {});
  }

  /**
   * @template T
   * @template {unknown[]} A
   * @param {(...args: A) => T} act
   * @param {A} args
   * @returns {Promise<T>}
   */
  async run(act, ...args) {
    return this.#send("POST", "/execute/sync", { script: `return (${act})(...arguments)`, args });
  }

  /**
   * @template {unknown[]} A
   * @param {(...args: A) => Element | undefined} look
   * @param {A} args
   * @returns {Promise<string | undefined>}
   */
  async find(look, ...args) {
    const found = /** @type {Record<string, string> | null} */ (/** @type {unknown} */ (await this.run(look, ...args)));
    return found?.[ELEMENT];
  }

  /** @param {string} element */
  async click(element) {
    await this.#send("POST", `/element/${element}/click`, {});
  }

  /**
   * @param {string} element
   * @param {string} text
   */
  async type(element, text) {
    await this.#send("POST", `/element/${element}/value`, { text });
  }

  /**
   * @param {string} element
   * @param {string[]} files
   */
  async setFiles(element, files) {
    await this.type(element, files.join("\n"));
  }

  async close() {
    await this.#send("DELETE", "", undefined).catch(() => {});
    for (const program of this.programs.toReversed()) await program.stop();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @returns {Promise<any>}
   */
  async #send(method, path, body) {
    const answer = await fetch(this.url + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = /** @type {{value: any}} */ (await answer.json());
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
