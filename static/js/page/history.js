// Entries of the browser's history: which content each of them belongs to, and how far down it was left.
// @ts-check

/**
 * What an entry was made by, if not by going to a page.
 * @typedef {object} Kind
 * @property {boolean} [isViewer]
 * @property {boolean} [isTyping]
 */

/** Positions of so many entries are kept, the latest. */
const MOST = 100;

/** @type {Map<string, number>} by the entry's name */
const positions = new Map();
let made = 0;
/** The name of what is on the page. No other document gives the same. */
let content = name();
/** The name of the entry that is shown. */
let current = name();
let isOurs = false;
/** Does the address of what is shown say itself how far down? */
let isPlaced = false;

function name() {
  made += 1;
  return `${performance.timeOrigin}/${made}`;
}

/** Gives the entry with which a document begins its names. */
export function beginHistory() {
  stamp();
  // A reload, and coming back from elsewhere, are the browser's to restore.
  addEventListener("pagehide", () => !isPlaced && (history.scrollRestoration = "auto"));
  addEventListener("pageshow", () => isOurs && (history.scrollRestoration = "manual"));
}

function stamp() {
  history.replaceState({ ...history.state, entry: current, content }, "");
}

/**
 * @param {string | URL} address
 * @param {Kind} [kind]
 */
export function push(address, kind = {}) {
  leave();
  // From now on entries come back with their content, which only we know when to scroll.
  isOurs = true;
  history.scrollRestoration = "manual";
  current = name();
  history.pushState({ ...kind, entry: current, content }, "", address);
}

/**
 * @param {string | URL} address
 * @param {Kind} [kind]
 */
export function replace(address, kind = {}) {
  history.replaceState({ ...kind, entry: current, content }, "", address);
}

/**
 * Other content is about to be shown, to which the entries made from now on belong.
 * @param {string} [known] its name, when it was there before
 */
export function renew(known = name()) {
  content = known;
}

/**
 * A long list begins where it was left, so it is shown from the top.
 * @param {boolean} isSo
 */
export function placed(isSo) {
  isPlaced = isSo;
  // At once, as a browser may have left before it hears of it on the way out.
  const how = isSo || isOurs ? "manual" : "auto";
  if (history.scrollRestoration !== how) history.scrollRestoration = how;
}

/** Does the entry that was gone back or forward to belong to what is on the page? */
export function isShown() {
  const { state } = history;
  // An entry without a name is a fragment of the page, made by the browser.
  return !state?.content || state.content === content;
}

/**
 * An entry that was gone back or forward to.
 * @typedef {object} Arrival
 * @property {number} top how far down it was left
 * @property {string | undefined} content the name of what it belongs to. A viewer that is asked for alone is no gallery
 */

/**
 * After going back or forward.
 * @returns {Arrival}
 */
export function arrive() {
  leave();
  const { state } = history;
  current = state?.entry ?? name();
  if (!state?.entry) stamp();
  return { top: positions.get(current) ?? 0, content: state?.isViewer ? undefined : state?.content };
}

/** Keeps how far down the entry is that is shown. */
export function leave() {
  positions.delete(current);
  positions.set(current, isPlaced ? 0 : scrollY);
  const [oldest] = positions.keys();
  if (positions.size > MOST && oldest) positions.delete(oldest);
}
