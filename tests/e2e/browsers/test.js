// The fixtures: for each test a browser, the line on which it hangs, and somebody who sits before it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "@playwright/test";
import { openServer } from "../support/setups.js";
import { somebody } from "../support/test.js";
import { missing, openBrowser } from "./browser.js";
import { Line } from "./line.js";
import { Visit } from "./visit.js";

export { expect } from "@playwright/test";

/**
 * @typedef {import("../support/setups.js").Server} Server
 * @typedef {import("./browser.js").Kind} Kind
 *
 * @typedef {object} Options
 * @property {Kind | ""} kind
 *
 * @typedef {object} TestFixtures
 * @property {Server} server for this test alone
 * @property {Line} line
 * @property {Visit} stranger who has no account yet
 * @property {Visit} member who has signed in
 */

/** What is said of a request that a cut line ended. */
const BROKEN = /^Cross-Origin Request Blocked: .*CORS request did not succeed|^did not load: /;

/** @type {import("@playwright/test").Fixtures<TestFixtures, Options>} */
const fixtures = {
  kind: ["", { option: true, scope: "worker" }],

  server: async ({}, use) => {
    const server = await openServer("embedded");
    await use(server);
    await server.stop();
  },

  line: async ({}, use) => {
    const line = new Line();
    await line.open();
    await use(line);
    line.cut();
  },

  stranger: async ({ kind, server, line }, use) => {
    if (kind === "") throw new Error("no browser is named");
    const folder = await mkdtemp(join(tmpdir(), "cloakroom-browser-"));
    try {
      const browser = await openBrowser(kind, folder, line.port);
      await use(new Visit(browser, server)).finally(() => browser.close());
      const meant = (/** @type {string} */ words) => line.wasCut && BROKEN.test(words);
      base.expect(browser.complaints.filter((words) => !meant(words))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  },

  member: async ({ stranger, server }, use) => {
    const person = somebody("Ada Lovelace", "member");
    await server.createUser(person);
    await stranger.signIn(person);
    await use(stranger);
  },
};

export const test = base.extend(fixtures);

/**
 * Before anything else is begun.
 * @param {{kind: Kind | ""}} options
 */
export function skipWithoutBrowser({ kind }) {
  const lacks = kind === "" ? [] : missing(kind);
  test.skip(lacks.length > 0, `${kind} is not tried: apt-get install ${lacks.join(" ")}`);
}
