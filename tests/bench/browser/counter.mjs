// Counts the bytes between a browser and the app, both ways, and passes them on.
// @ts-check
import { once } from "node:events";
import { connect, createServer } from "node:net";

export class Counter {
  constructor() {
    /** Bytes that the browser sent. */
    this.sent = 0;
    /** Bytes that the app answered. */
    this.answered = 0;
    /** @type {Set<import("node:net").Socket>} */
    this.sockets = new Set();
    /** @type {import("node:net").Server | undefined} */
    this.server = undefined;
  }

  /**
   * @param {string} target an origin
   * @returns {Promise<string>} where the same is found, counted
   */
  async open(target) {
    const { port, hostname } = new URL(target);
    this.server = createServer((browser) => {
      const app = connect(Number(port), hostname);
      browser.on("data", (bytes) => (this.sent += bytes.length));
      app.on("data", (bytes) => (this.answered += bytes.length));
      for (const [from, to] of [
        [browser, app],
        [app, browser],
      ]) {
        if (!from || !to) continue;
        this.sockets.add(from);
        from.setNoDelay(true).pipe(to);
        from.on("error", () => to.destroy()).on("close", () => this.sockets.delete(from));
      }
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    const { port: own } = /** @type {import("node:net").AddressInfo} */ (this.server.address());
    return `http://localhost:${own}`;
  }

  async close() {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
