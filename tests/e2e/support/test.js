// The fixtures: a server for each worker, people of their own for each test, and pages that are watched.
import { randomUUID } from "node:crypto";
import { test as base } from "@playwright/test";
import { openServer } from "./setups.js";
import { Watch } from "./watch.js";

export { expect } from "@playwright/test";

/**
 * @typedef {import("@playwright/test").Page} Page
 * @typedef {import("@playwright/test").Locator} Locator
 * @typedef {import("@playwright/test").Browser} Browser
 * @typedef {import("@playwright/test").BrowserContextOptions} BrowserContextOptions
 * @typedef {import("@playwright/test").PlaywrightTestArgs & import("@playwright/test").PlaywrightTestOptions} BaseTest
 * @typedef {import("@playwright/test").PlaywrightWorkerArgs & import("@playwright/test").PlaywrightWorkerOptions} BaseWorker
 * @typedef {import("./setups.js").Person} Person
 * @typedef {import("./setups.js").Server} Server
 * @typedef {import("./setups.js").Setup} Setup
 *
 * @typedef {object} Options
 * @property {Setup} setup
 *
 * @typedef {object} WorkerFixtures
 * @property {Server} server shared by a worker's tests, one after the other
 *
 * @typedef {object} TestFixtures
 * @property {Watch} watch
 * @property {Person} person a member with an account
 * @property {Page} home that person's gallery, open
 * @property {(role?: Person["role"], name?: string) => Promise<Person>} createPerson
 * @property {(person: Person | null, options?: BrowserContextOptions) => Promise<Page>} open another browser, signed in as a person
 * @property {(settings?: Record<string, string>, between?: import("./setups.js").Between) => Promise<Server>} openServer a server for this test alone
 */

/** @type {import("@playwright/test").Fixtures<TestFixtures, Options & WorkerFixtures, BaseTest, BaseWorker>} */
const fixtures = {
  setup: ["embedded", { option: true, scope: "worker" }],

  server: [
    async ({ setup }, use) => {
      const server = await openServer(setup);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  watch: [
    async ({}, use) => {
      const watch = new Watch();
      await use(watch);
      watch.check();
    },
    { auto: true },
  ],

  context: async ({ context, watch }, use) => {
    await watch.over(context);
    await use(context);
  },

  createPerson: async ({ server }, use) =>
    use(async (role = "member", name = role === "admin" ? "Grace Hopper" : "Ada Lovelace") => {
      const person = somebody(name, role);
      await server.createUser(person);
      return person;
    }),

  person: async ({ createPerson }, use) => use(await createPerson()),

  home: async ({ page, person }, use) => {
    await signIn(page, person);
    await use(page);
  },

  open: async ({ browser, watch }, use) => {
    /** @type {import("@playwright/test").BrowserContext[]} */
    const contexts = [];
    await use(async (person, options = {}) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      await watch.over(context);
      const page = await context.newPage();
      if (person) await signIn(page, person);
      return page;
    });
    for (const context of contexts) await context.close();
  },

  openServer: async ({ setup }, use) => {
    /** @type {Server[]} */
    const servers = [];
    await use(async (settings, between) => {
      const server = await openServer(setup, settings, between);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },
};

export const test = base.extend(fixtures);

/**
 * Someone whom no other test knows.
 * @param {string} name
 * @param {Person["role"]} role
 * @returns {Person}
 */
export function somebody(name, role) {
  const local = name.toLowerCase().replaceAll(/\W+/g, ".");
  return { name, email: `${local}.${randomUUID().slice(0, 8)}@example.com`, password: "three plain words", role };
}

/**
 * By the form, as a person does it.
 * @param {Page} page
 * @param {Pick<Person, "email" | "password">} person
 */
export async function fillInSignIn(page, { email, password }) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/**
 * By the menu, as a person does it.
 * @param {Page} page
 * @param {Pick<Person, "name">} person
 */
export async function signOut(page, { name }) {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await base.expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

/**
 * @param {Page} page
 * @param {Person} person
 */
async function signIn(page, { email, password }) {
  const answer = await page.request.post("/sign-in", { form: { email, password } });
  base.expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto("/");
}
