// Commands to a browser and their answers, as WebDriver BiDi and Chromium's own protocol both put them into a WebSocket.
import { once } from "node:events";
import WebSocket from "ws";

/** @typedef {{resolve: (result: any) => void, reject: (reason: Error) => void}} Waiting */

export class Wire {
  /**
   * @param {string} address
   * @param {(method: string, params: any) => void} [hear] what the browser tells by itself
   */
  static async open(address, hear = () => {}) {
    const socket = new WebSocket(address);
    await once(socket, "open");
    return new Wire(socket, hear);
  }

  /**
   * @param {WebSocket} socket
   * @param {(method: string, params: any) => void} hear
   */
  constructor(socket, hear) {
    this.socket = socket;
    this.hear = hear;
    this.count = 0;
    /** @type {Map<number, Waiting>} */
    this.waiting = new Map();
    socket.on("message", (data) => this.#take(JSON.parse(String(data))));
    socket.on("close", () => this.waiting.forEach(({ reject }) => reject(new Error("the browser has ended"))));
  }

  /**
   * @param {string} method
   * @param {object} params
   * @returns {Promise<any>}
   */
  send(method, params) {
    const id = (this.count += 1);
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  close() {
    this.socket.close();
  }

  /** @param {any} message */
  #take({ id, method, params, result, error, message }) {
    if (id === undefined) return this.hear(method, params);
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    // A word with a message beside it, or an object that has one.
    if (error) asked?.reject(new Error(`${error.message ?? error}: ${message ?? ""}`));
    else asked?.resolve(result);
  }
}
