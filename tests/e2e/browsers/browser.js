// What a browser other than Chromium does for a test: Firefox and WebKit alike.
import { accessSync, constants } from "node:fs";
import { FIREFOX, Firefox } from "./firefox.js";
import { WEBKIT, WebKit } from "./webkit.js";

/**
 * Functions run in the page, so that they know nothing but their arguments; what goes in and out is JSON.
 * @typedef {object} Browser
 * @property {string[]} complaints errors of its pages, where it tells of them
 * @property {(url: string) => Promise<void>} goTo
 * @property {() => Promise<void>} reload leaves the page even if that asks to be kept
 * @property {() => Promise<void>} back
 * @property {<T, A extends unknown[]>(act: (...args: A) => T, ...args: A) => Promise<T>} run
 * @property {<A extends unknown[]>(look: (...args: A) => Element | undefined, ...args: A) => Promise<string | undefined>} find
 * @property {(element: string) => Promise<void>} click as with a mouse
 * @property {(element: string, text: string) => Promise<void>} type as with a keyboard
 * @property {(element: string, files: string[]) => Promise<void>} setFiles
 * @property {() => Promise<void>} close
 *
 * @typedef {"firefox" | "webkit"} Kind
 */

/** Where Debian puts them, by the package's name. */
const PROGRAMS = {
  firefox: { [FIREFOX]: "firefox-esr" },
  webkit: { [WEBKIT.driver]: "webkit2gtk-driver", [WEBKIT.screen]: "xvfb" },
};

/**
 * What is not installed here.
 * @param {Kind} kind
 */
export function missing(kind) {
  return Object.entries(PROGRAMS[kind]).flatMap(([path, name]) => (isThere(path) ? [] : [name]));
}

/**
 * @param {Kind} kind
 * @param {string} folder for what it keeps
 * @param {number} proxy the port through which it reaches everything
 * @returns {Promise<Browser>}
 */
export function openBrowser(kind, folder, proxy) {
  return kind === "firefox" ? Firefox.open(folder, proxy) : WebKit.open(folder, proxy);
}

/** @param {string} path */
function isThere(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
