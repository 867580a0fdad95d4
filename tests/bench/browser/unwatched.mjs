// A tab that nobody watches: Playwright is told of every request, which costs more than small requests themselves. It is
// spoken to by the browser's own protocol: https://chromedevtools.github.io/devtools-protocol/
// @ts-check
import { Background } from "../../e2e/browsers/background.js";
import { Wire } from "../../e2e/browsers/wire.js";
import { launchOptions } from "../../e2e/support/browser.js";

/** What Playwright's own Chromium is called by nobody. */
const CHROMIUM = "/usr/bin/chromium";

export class UnwatchedTab {
  /**
   * @param {string} folder for what the browser keeps
   * @param {string} url of its first page
   */
  static async open(folder, url) {
    const { executablePath = CHROMIUM, args = [] } = launchOptions();
    const own = [`--user-data-dir=${folder}`, "--remote-debugging-port=0", "--headless=new", "--window-size=1280,720"];
    const program = new Background(executablePath, [...args, ...own, "about:blank"], { HOME: folder });
    try {
      const address = await program.hears(/^DevTools listening on (ws:\S+)$/m);
      const targets = await (await fetch(`http://${new URL(address).host}/json/list`)).json();
      const page = targets.find((/** @type {{type: string}} */ { type }) => type === "page");
      const tab = new UnwatchedTab(program, await Wire.open(page.webSocketDebuggerUrl));
      await tab.goTo(url);
      return tab;
    } catch (problem) {
      await program.stop();
      throw problem;
    }
  }

  /**
   * @param {Background} program
   * @param {Wire} wire
   */
  constructor(program, wire) {
    this.program = program;
    this.wire = wire;
  }

  /** @param {string} url */
  async goTo(url) {
    await this.wire.send("Page.navigate", { url });
    await this.run(
      () =>
        new Promise((resolve) => (document.readyState === "complete" ? resolve(0) : addEventListener("load", resolve))),
    );
  }

  /**
   * @template T
   * @template {unknown[]} A
   * @param {(...args: A) => T} act in the page, with nothing but what it is given
   * @param {A} args
   * @returns {Promise<Awaited<T>>}
   */
  async run(act, ...args) {
    const expression = `(${act})(...${JSON.stringify(args)})`;
    const { result, exceptionDetails } = await this.wire.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /**
   * @param {string} selector of a picker
   * @param {string[]} files
   */
  async choose(selector, files) {
    const { result } = await this.wire.send("Runtime.evaluate", {
      expression: `document.querySelector(${JSON.stringify(selector)})`,
    });
    await this.wire.send("DOM.setFileInputFiles", { files, objectId: result.objectId });
  }

  async close() {
    this.wire.close();
    await this.program.stop();
  }
}
