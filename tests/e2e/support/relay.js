// A relay in front of a store: it passes requests on as they are, unless what it is told to do with one is something else.
import { once } from "node:events";
import { Agent, createServer, request as ask } from "node:http";

/**
 * @typedef {import("node:http").IncomingMessage} Incoming
 * @typedef {import("node:http").ServerResponse} Answer
 * @typedef {import("node:http").ClientRequest} Outgoing
 *
 * Told of each piece of a body before it is passed on, and waited for. May throw, which cuts the request off.
 * @typedef {(bytes: number) => void | Promise<void>} Meter
 */

/** One request on its way through. */
export class Passage {
  /**
   * @param {Relay} relay
   * @param {Incoming} incoming
   * @param {Answer} answer
   */
  constructor(relay, incoming, answer) {
    this.relay = relay;
    this.incoming = incoming;
    this.answer = answer;
    this.socket = incoming.socket;
    this.url = new URL(incoming.url ?? "/", relay.url);
    this.isBrowsers = incoming.headers.origin !== undefined;
  }

  /**
   * Asks the store, and gives its answer before any of it is passed back.
   * @param {Meter} [meter]
   * @returns {Promise<Incoming>}
   */
  async ask(meter = () => {}) {
    const { method, url: path, headers } = this.incoming;
    const { hostname, port } = new URL(this.relay.store);
    // The host in the head stays the relay's: it is what was signed.
    const outgoing = ask({ hostname, port, method, path, headers, agent: this.relay.agent });
    const answered = once(outgoing, "response");
    answered.catch(() => {});
    /** A store that refuses may answer before it has read everything. @type {Incoming | undefined} */
    let early;
    outgoing.on("error", () => {}).on("response", (from) => (early = from));
    try {
      for await (const piece of this.incoming) {
        await meter(piece.length);
        if (!outgoing.write(piece)) await once(outgoing, "drain");
      }
      outgoing.end();
      const [from] = await answered;
      return from;
    } catch (problem) {
      if (early) return early;
      outgoing.destroy();
      throw problem;
    }
  }

  /** @param {Incoming} from */
  give(from) {
    this.answer.writeHead(from.statusCode ?? 500, from.headers);
    from.pipe(this.answer);
  }

  /** Reads what is sent, and forgets it. */
  async swallow() {
    for await (const _ of this.incoming);
  }

  drop() {
    this.socket.destroy();
  }
}

/**
 * What is done with a request: `passage.give(await passage.ask())` is what a good network does.
 * @typedef {(passage: Passage) => Promise<void>} Treatment
 */

export class Relay {
  /** @param {Treatment} treat */
  constructor(treat) {
    this.store = "";
    this.url = "";
    this.agent = new Agent({ keepAlive: true });
    this.server = createServer((incoming, answer) => {
      const passage = new Passage(this, incoming, answer);
      // Whoever left, or whom the store left, is dropped as a network drops them.
      treat(passage).catch(() => passage.drop());
    });
  }

  /**
   * Stands in front of a store from now on.
   * @param {string} store
   * @returns {Promise<string>} its own address
   */
  async open(store) {
    this.store = store;
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (this.server.address());
    this.url = `http://127.0.0.1:${port}`;
    return this.url;
  }

  async close() {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }
}
