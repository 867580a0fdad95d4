// Somebody before a browser: who looks for names that are on the page, and waits for what it shows.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect } from "@playwright/test";

/**
 * @typedef {import("./browser.js").Browser} Browser
 * @typedef {import("../support/setups.js").Person} Person
 * @typedef {import("../../../static/js/upload/engine.js").State} State
 */

export class Visit {
  /**
   * @param {Browser} browser
   * @param {import("../support/setups.js").Server} server
   */
  constructor(browser, server) {
    this.browser = browser;
    this.server = server;
    /** @type {Person | undefined} */
    this.person = undefined;
  }

  /** @param {Person} person */
  async signIn(person) {
    const { name, email, password } = person;
    this.person = person;
    await this.browser.goTo(this.server.url);
    await this.write("Email", email);
    await this.write("Password", password);
    await this.press("Sign in");
    await this.expectHeading("Files");
    await expect.poll(() => this.#sees(isNamed, name)).toBe(true);
  }

  /** @param {string} name of a button or a link */
  async press(name) {
    await this.browser.click(await this.#find(name, "a, button"));
  }

  /**
   * @param {string} name of a field
   * @param {string} text
   */
  async write(name, text) {
    await this.browser.type(await this.#find(name, "input"), text);
  }

  /** @param {...string} paths */
  async choose(...paths) {
    await this.browser.setFiles(await this.#find("Upload: choose files", "input[type=file]"), paths);
  }

  /**
   * WebDriver has no way to choose a folder: the files are chosen in its place, and told where they are as browsers do it.
   * @param {string} folder
   * @param {...string} paths of files in it
   */
  async chooseFolder(folder, ...paths) {
    await this.browser.run(tellPaths, paths);
    const input = await this.#find("Choose a folder", "input[type=file]");
    await this.browser.setFiles(
      input,
      paths.map((path) => join(folder, path)),
    );
  }

  /** @param {string} address path and query */
  async expectAddress(address) {
    await expect.poll(() => this.#sees(() => location.pathname + location.search)).toBe(address);
  }

  /** @param {string} words */
  async expectHeading(words) {
    await expect.poll(() => this.#sees(headings), { message: "a heading" }).toContain(words);
  }

  /**
   * @param {string} name of a file on its way
   * @param {State} state
   */
  async expectState(name, state) {
    await expect.poll(() => this.#sees(stateOf, name), { message: `the state of ${name}` }).toBe(state);
  }

  /**
   * @param {string} name of a file on its way
   * @param {string} words
   */
  async expectWords(name, words) {
    await expect.poll(() => this.#sees(wordsOf, name), { message: `the words on ${name}` }).toContain(words);
  }

  /** The names of the files in the gallery, in its order. */
  async files() {
    return (await this.browser.run(cards)).flatMap(([name]) => name ?? []);
  }

  /** @param {...string} names of the files in the gallery, and no others, in any order */
  async expectFiles(...names) {
    await expect.poll(async () => (await this.#cards()).map(([name]) => name)).toEqual(names.toSorted());
  }

  /** @param {string} name @param {string} folder that its card names */
  async expectFolder(name, folder) {
    await expect.poll(() => this.#cards()).toContainEqual([name, folder]);
  }

  /**
   * The SHA-256 of what a file in the gallery has become, as anybody reads it who is signed in as this person.
   * @param {string} name
   */
  async hash(name) {
    const address = await this.browser.run(contentOf, name);
    const body = new URLSearchParams({ email: this.person?.email ?? "", password: this.person?.password ?? "" });
    const entered = await fetch(`${this.server.url}/sign-in`, { method: "POST", body, redirect: "manual" });
    const headers = {
      Cookie: entered.headers
        .getSetCookie()
        .map((one) => one.split(";")[0])
        .join("; "),
    };
    const answer = await fetch(`${this.server.url}${address}`, { headers });
    expect(answer.status).toBe(200);
    return createHash("sha256")
      .update(Buffer.from(await answer.arrayBuffer()))
      .digest("hex");
  }

  /** @param {string} name of the picture that the viewer shows, drawn */
  async expectToSee(name) {
    await expect.poll(() => this.#sees(shown), { message: "what the viewer shows" }).toEqual(name);
  }

  /**
   * @param {string} name of a picture in the gallery, whose thumbnail is drawn
   * @param {number} width of it, in pixels
   */
  async expectThumbnail(name, width) {
    await expect.poll(() => this.#sees(thumbnail, name), { message: "its thumbnail" }).toBe(width);
  }

  /** @returns {Promise<string[][]>} */
  async #cards() {
    const found = await this.#sees(cards);
    return Array.isArray(found) ? found.toSorted() : [[String(found)]];
  }

  /**
   * While a page goes and another comes there is nothing to see.
   * @template T
   * @template {unknown[]} A
   * @param {(...args: A) => T} look
   * @param {A} args
   * @returns {Promise<T | string>}
   */
  async #sees(look, ...args) {
    return this.browser.run(look, ...args).catch(String);
  }

  /**
   * @param {string} name
   * @param {string} kind a selector
   */
  async #find(name, kind) {
    /** @type {string | undefined} */
    let found;
    const look = async () => (found = await this.browser.find(named, name, kind).catch(() => undefined));
    await expect.poll(look, { message: `“${name}” is on the page` }).toBeDefined();
    return found ?? "";
  }
}

/**
 * @param {string} name
 * @param {string} kind
 */
function named(name, kind) {
  const own = (/** @type {Element} */ element) => {
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
    const words = /** @type {Element} */ ((label ?? element).cloneNode(true));
    for (const unheard of words.querySelectorAll('[aria-hidden="true"]')) unheard.remove();
    return element.getAttribute("aria-label") ?? words.textContent ?? "";
  };
  // What chooses a folder may stand in a menu that is closed.
  const isThere = (/** @type {Element} */ element) => element.checkVisibility() || element.matches("[type=file]");
  const all = [...document.querySelectorAll(kind)].filter(isThere);
  const found = all.find((element) => own(element).replaceAll(/\s+/g, " ").trim() === name);
  // WebDriver clicks what is in the window.
  found?.scrollIntoView({ block: "nearest" });
  return found;
}

/** @param {string} person */
function isNamed(person) {
  return document.querySelector(".person .visually-hidden")?.textContent === person;
}

function headings() {
  return [...document.querySelectorAll("h1, h2")].map(({ textContent }) => textContent?.trim());
}

/** @param {string} name */
function stateOf(name) {
  const rows = document.querySelectorAll('[aria-label="Uploads"] > li');
  return [...rows].find((row) => row.textContent?.includes(name))?.getAttribute("data-state");
}

/** @param {string} name */
function wordsOf(name) {
  const rows = document.querySelectorAll('[aria-label="Uploads"] > li');
  return [...rows].find((row) => row.textContent?.includes(name))?.textContent;
}

/** @param {string} name */
function thumbnail(name) {
  const card = [...document.querySelectorAll("[data-cards] > [data-id]")].find(
    (one) => one.querySelector(".card-name")?.textContent === name,
  );
  const picture = card?.querySelector("img");
  return picture?.src.endsWith("/thumbnail") ? picture.naturalWidth : 0;
}

/** @returns {string[][]} */
function cards() {
  const links = [...document.querySelectorAll('[aria-label="Files"] a[data-view]')];
  return links.map((link) =>
    [...link.querySelectorAll(".card-name, .card-folder")].map(
      (one) => one.getAttribute("data-words") ?? one.textContent ?? "",
    ),
  );
}

/** @param {string} name */
function contentOf(name) {
  const links = [...document.querySelectorAll('[aria-label="Files"] a[data-view]')];
  const id = links
    .find(({ textContent }) => textContent?.trim() === name)
    ?.closest("[data-id]")
    ?.getAttribute("data-id");
  return `/files/${id}/content`;
}

function shown() {
  const image = document.querySelector('[aria-label="Viewer"] .preview-image');
  return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0 ? image.alt : "";
}

/** @param {string[]} paths */
function tellPaths(paths) {
  const tell = (/** @type {Event} */ { target }) => {
    const files = target instanceof HTMLInputElement ? target.files : null;
    for (const [place, file] of [...(files ?? [])].entries()) {
      Object.defineProperty(file, "webkitRelativePath", { value: paths[place] });
    }
  };
  addEventListener("change", tell, { capture: true, once: true });
}
