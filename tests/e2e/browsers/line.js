// The line between a browser and all that it reaches: an HTTP proxy that can be cut, mended, and made to hold things back.
import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { pipeline } from "node:stream/promises";

/**
 * @typedef {import("node:http").IncomingMessage} Incoming
 * @typedef {import("node:http").ServerResponse} Outgoing
 *
 * @typedef {object} Exchange
 * @property {string} method
 * @property {URL} url
 * @property {number} status
 */

/** Nothing of a test is anywhere else. */
const HERE = ["localhost", "127.0.0.1"];

export class Line {
  constructor() {
    /** What was answered, in that order. @type {Exchange[]} */
    this.exchanges = [];
    /** How many requests are held back, for as long as the line lasts. */
    this.held = 0;
    /** Which requests go no further. @type {(method: string, url: URL) => boolean} */
    this.holds = () => false;
    /** Told of each answer that has gone back. @type {(exchange: Exchange) => void} */
    this.answered = () => {};
    this.wasCut = false;
    this.port = 0;
    this.server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
    // Browsers would like to say more to the world than a test does.
    this.server.on("connect", (_, socket) => socket.destroy());
  }

  /** Also again, after it was cut. */
  async open() {
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    const address = this.server.address();
    this.port = typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  /** Whatever is on its way breaks off, and no connection is taken. */
  cut() {
    this.wasCut = true;
    this.server.close();
    this.server.closeAllConnections();
  }

  /** @param {Incoming} incoming @param {Outgoing} outgoing */
  async #pass(incoming, outgoing) {
    const { method = "GET" } = incoming;
    const url = URL.canParse(incoming.url ?? "") ? new URL(incoming.url ?? "") : null;
    if (!url || !HERE.includes(url.hostname)) return void outgoing.writeHead(502).end();
    if (this.holds(method, url)) return void (this.held += 1);
    const onward = ask(url, { method, headers: incoming.headers });
    const answer = once(onward, "response");
    // Browsers break off what they no longer want, and so does whoever cuts the line.
    outgoing.on("close", () => onward.destroy());
    try {
      const [[response]] = await Promise.all([answer, pipeline(incoming, onward)]);
      const exchange = { method, url, status: response.statusCode };
      outgoing.writeHead(exchange.status, response.headers);
      this.exchanges.push(exchange);
      await pipeline(response, outgoing);
      this.answered(exchange);
    } catch {
      outgoing.destroy();
    }
  }
}
