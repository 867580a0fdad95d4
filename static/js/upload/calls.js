// Asks the server, again and again while what is in the way may pass: the network, a busy server, a session that ended.
// @ts-check
import { isPassing, UploadFailure } from "./failure.js";
import { orAbort, retryAfter } from "./network.js";

/**
 * What a call is made for.
 * @typedef {object} Task
 * @property {AbortSignal} signal
 * @property {{waits: (why: Why) => void, goesOn: () => void}} listener
 *
 * @typedef {"network" | "server" | "store" | "session"} Why
 *
 * @typedef {object} Request
 * @property {string} [method]
 * @property {unknown} [body]
 * @property {boolean} [keepalive] it goes on when the page is gone
 * @property {number} [patience] milliseconds until it counts as unanswered
 * @property {import("./together.js").Together} [together] with what others ask
 */

const PATIENCE = 30_000;
/** Sessions that end as soon as they begin are no use. */
const SIGN_INS = 3;

export class Calls {
  /**
   * @param {import("./network.js").Network} network
   * @param {() => Promise<void>} signInAgain
   * @param {string} account for which all is asked, whoever else may be signed in by now
   */
  constructor(network, signInAgain, account) {
    this.network = network;
    this.signInAgain = signInAgain;
    this.headers = { "X-Cloakroom-Account": account };
    /** While a person is asked. @type {Promise<void> | null} */
    this.signingIn = null;
    this.signedInAt = 0;
    /** Until then the server asked to be left alone. */
    this.notBefore = 0;
  }

  /**
   * @param {string} url
   * @param {Request} request
   * @param {Task} task
   * @returns {Promise<any>} the answer's JSON
   */
  async ask(url, request, task) {
    let signIns = 0;
    for (let tries = 0; ; tries += 1) {
      const pause = this.notBefore - Date.now();
      if (pause > 0) await this.network.rest(0, task.signal, pause);
      const begun = Date.now();
      const asked = request.together?.ask(request.body, task.signal) ?? this.#once(url, request, task.signal);
      const { status, answer, wait } = await orAbort(asked, task.signal);
      if (status >= 200 && status < 300) {
        if (tries > 0) task.listener.goesOn();
        return answer;
      }
      if (status === 401 && (signIns += 1) <= SIGN_INS) await this.#signIn(begun, task);
      else if (status === 401) throw new UploadFailure("session", {}, status);
      else if (!isPassing(status)) throw new UploadFailure("refused", answer, status);
      else {
        if (status === 429) this.notBefore = Date.now() + wait;
        task.listener.waits(status === 0 ? "network" : "server");
        await this.network.rest(tries, task.signal, wait);
      }
    }
  }

  /**
   * Asked for by others as well, so that none of them ends it.
   * @param {string} url
   * @param {unknown} body
   */
  post(url, body) {
    return this.#once(url, { body });
  }

  /**
   * @param {string} url
   * @param {Request} request
   * @param {AbortSignal} [signal]
   */
  async #once(url, { method = "POST", body, keepalive = false, patience = PATIENCE }, signal) {
    const late = AbortSignal.timeout(patience);
    try {
      const response = await fetch(url, {
        method,
        keepalive,
        headers: { ...this.headers, ...(body ? { "Content-Type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      const answer = response.status === 204 ? {} : await response.json();
      return { status: response.status, answer, wait: retryAfter(response.headers.get("Retry-After")) };
    } catch {
      // An answer that is no JSON is not the server's: a proxy's, or a network's that asks for a password.
      signal?.throwIfAborted();
      return { status: 0, answer: {}, wait: 0 };
    }
  }

  /**
   * @param {number} begun when the call was made that was not let in
   * @param {Task} task
   */
  async #signIn(begun, task) {
    if (begun < this.signedInAt) return;
    task.listener.waits("session");
    this.signingIn ??= this.signInAgain().finally(() => {
      this.signingIn = null;
      this.signedInAt = Date.now();
    });
    await orAbort(this.signingIn, task.signal);
  }
}
