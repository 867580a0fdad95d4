// Firefox as Debian has it, driven by WebDriver BiDi, which it speaks itself: https://w3c.github.io/webdriver-bidi/
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Background } from "./background.js";
import { Wire } from "./wire.js";

export const FIREFOX = process.env["FIREFOX"] ?? "/usr/bin/firefox-esr";

/**
 * What it says of a request that a service worker was about to answer when the page that made it was left. It says the same of
 * one whose page is still there: that page tells of it.
 */
const LEFT = /A ServiceWorker intercepted the request and encountered an unexpected error\.$/;

/** @typedef {import("./browser.js").Browser} Browser */

/** @implements {Browser} */
export class Firefox {
  /**
   * @param {string} folder for what it keeps
   * @param {number} proxy a port
   */
  static async open(folder, proxy) {
    await writeFile(join(folder, "user.js"), preferences(proxy));
    const args = ["--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0", "about:blank"];
    const program = new Background(FIREFOX, args, { HOME: folder });
    try {
      const address = await program.hears(/^WebDriver BiDi listening on (ws:\S+)$/m);
      /** @type {string[]} */
      const complaints = [];
      const wire = await Wire.open(`${address}/session`, (method, { level, text }) => {
        if (method === "log.entryAdded" && level === "error" && !LEFT.test(text)) complaints.push(text);
      });
      const firefox = new Firefox(program, wire, complaints);
      await firefox.#begin();
      return firefox;
    } catch (problem) {
      await program.stop();
      throw problem;
    }
  }

  /**
   * @param {Background} program
   * @param {Wire} wire
   * @param {string[]} complaints errors of its pages
   */
  constructor(program, wire, complaints) {
    this.program = program;
    this.wire = wire;
    this.complaints = complaints;
    this.context = "";
  }

  async #begin() {
    const unhandledPromptBehavior = { beforeUnload: "accept", default: "dismiss" };
    await this.wire.send("session.new", { capabilities: { alwaysMatch: { unhandledPromptBehavior } } });
    await this.wire.send("session.subscribe", { events: ["log.entryAdded"] });
    await this.wire.send("script.addPreloadScript", { functionDeclaration: String(tellOfMissing) });
    const { contexts } = await this.wire.send("browsingContext.getTree", {});
    this.context = contexts[0].context;
  }

  /** @param {string} url */
  async goTo(url) {
    await this.wire.send("browsingContext.navigate", { context: this.context, url, wait: "complete" });
  }

  async reload() {
    await this.wire.send("browsingContext.reload", { context: this.context, wait: "complete" });
  }

  async back() {
    await this.wire.send("browsingContext.traverseHistory", { context: this.context, delta: -1 });
  }

  /**
   * @template T
   * @template {unknown[]} A
   * @param {(...args: A) => T} act
   * @param {A} args
   * @returns {Promise<T>}
   */
  async run(act, ...args) {
    const { value } = await this.#call(`(args) => JSON.stringify((${act})(...JSON.parse(args))) ?? "null"`, args);
    return JSON.parse(value);
  }

  /**
   * @template {unknown[]} A
   * @param {(...args: A) => Element | undefined} look
   * @param {A} args
   * @returns {Promise<string | undefined>}
   */
  async find(look, ...args) {
    return (await this.#call(`(args) => (${look})(...JSON.parse(args))`, args)).sharedId;
  }

  /** @param {string} element */
  async click(element) {
    const origin = { type: "element", element: { sharedId: element } };
    await this.#perform("pointer", [
      { type: "pointerMove", x: 0, y: 0, origin },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ]);
  }

  /**
   * @param {string} element
   * @param {string} text
   */
  async type(element, text) {
    await this.click(element);
    const strokes = [...text].flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.#perform("key", strokes);
  }

  /**
   * @param {string} element
   * @param {string[]} files
   */
  async setFiles(element, files) {
    await this.wire.send("input.setFiles", { context: this.context, element: { sharedId: element }, files });
  }

  async close() {
    this.wire.close();
    await this.program.stop();
  }

  /**
   * @param {"pointer" | "key"} type
   * @param {object[]} actions
   */
  async #perform(type, actions) {
    await this.wire.send("input.performActions", { context: this.context, actions: [{ type, id: type, actions }] });
  }

  /**
   * @param {string} functionDeclaration
   * @param {unknown[]} args
   */
  async #call(functionDeclaration, args) {
    const answer = await this.wire.send("script.callFunction", {
      functionDeclaration,
      arguments: [{ type: "string", value: JSON.stringify(args) }],
      target: { context: this.context },
      awaitPromise: true,
    });
    if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
    return answer.result;
  }
}

/** Runs in each page: says what it asked for and did not get, if it is still there to say so in a moment. */
function tellOfMissing() {
  const tell = (/** @type {Event} */ { target }) => {
    if (target instanceof Element) setTimeout(() => console.error(`did not load: ${target.outerHTML}`), 300);
  };
  addEventListener("error", tell, { capture: true });
}

/** @param {number} proxy */
function preferences(proxy) {
  const values = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": proxy,
    "network.proxy.allow_hijacking_localhost": true,
    "network.proxy.failover_direct": false,
  };
  return Object.entries(values)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join("");
}
