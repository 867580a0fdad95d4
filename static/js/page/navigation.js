// Going to another page of the app: it is fetched, and its content swapped in, so that uploads go on beside it.
// @ts-check
import { busy } from "./busy.js";
import { CONTENT } from "./content.js";
import { CHANGED, complain } from "./dialogs.js";
import { arrive, beginHistory, isShown, push, renew, replace } from "./history.js";
import { detailOf } from "./htmx_types.js";
import { accountOf, isSignedOut, signInAgain } from "./sign_in_again.js";
import { closeWhatIsOpen, focusContent, swapIn } from "./swap.js";

/**
 * Where to, and with what.
 * @typedef {object} Wish
 * @property {URL} address
 * @property {URLSearchParams} [body] of a form that is posted
 * @property {boolean} [stays] whatever is answered, the page's address is that of the page that asked
 * @property {import("./history.js").Arrival} [back] when it is come back to
 *
 * @typedef {object} Got
 * @property {Response} answer
 * @property {Document | null} found what it holds, if that is a page
 */

/** @param {Document} page */
export function startNavigation(page) {
  // Pages of nobody have nothing that could be under way.
  if (page.querySelector('[data-part="nav"]')) new Navigation(page).start();
}

class Navigation {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    this.asked = new AbortController();
    /** @type {HTMLFormElement | null} that is being sent */
    this.sending = null;
    /** @type {Promise<unknown>} until what was sent last is answered */
    this.sent = Promise.resolve();
    this.changes = 0;
  }

  start() {
    beginHistory();
    this.page.addEventListener("click", (event) => this.click(event));
    this.page.addEventListener("submit", (event) => void this.submit(event));
    this.page.body.addEventListener(CHANGED, () => (this.changes += 1));
    // An answer to what is gone changes nothing of what came instead.
    this.page.addEventListener("htmx:beforeSwap", (event) => {
      const detail = detailOf(event);
      if (!detail.target.isConnected) detail.shouldSwap = false;
    });
    addEventListener("popstate", () => {
      const shown = isShown();
      const back = arrive();
      if (shown) this.stay();
      else void this.visit({ address: new URL(location.href), back });
    });
  }

  /** Whatever was on its way is not wanted any more. */
  stay() {
    this.asked.abort();
    this.page.getElementById("content")?.removeAttribute("aria-busy");
  }

  /** @param {MouseEvent} event */
  click(event) {
    const address = event.defaultPrevented ? null : destination(event);
    if (!address) return;
    event.preventDefault();
    void this.visit({ address });
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    const wish = wishOf(form, event.submitter);
    if (!wish) return;
    event.preventDefault();
    // The second click of two sends nothing.
    if (this.sending === form) return;
    this.sending = form;
    const done = busy(event.submitter);
    await this.visit(wish);
    done();
    if (this.sending === form) this.sending = null;
  }

  /**
   * The latest wish counts; but what a form has sent comes to its end first, as nobody takes a change back by going away.
   * @param {Wish} wish
   */
  async visit(wish) {
    this.asked.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const changes = this.changes;
    closeWhatIsOpen(this.page);
    this.page.getElementById("content")?.setAttribute("aria-busy", "true");
    await this.sent;
    if (signal.aborted) return;
    const asked = ask(wish, wish.body ? null : signal).catch(() => null);
    if (wish.body) this.sent = asked;
    const got = await asked;
    if (signal.aborted) return;
    if (!got) complain(this.page, "no-answer");
    else if (isSignedOut(this.page, got.answer)) await this.enter(wish, signal);
    else this.take(wish, got);
    // What came or went while the page was fetched may not be on it.
    if (changes !== this.changes) this.page.body.dispatchEvent(new CustomEvent(CHANGED));
    if (this.asked.signal === signal) this.stay();
  }

  /**
   * The session is over: what nothing is lost by goes to the door, all else waits until it is opened from here.
   * @param {Wish} wish
   * @param {AbortSignal} signal
   */
  async enter(wish, signal) {
    if (!wish.body && !isUnderWay()) {
      location.assign(wish.address);
      return;
    }
    const isIn = await signInAgain(this.page).then(
      () => true,
      () => false,
    );
    if (isIn && !signal.aborted) await this.visit(wish);
  }

  /**
   * @param {Wish} wish
   * @param {Got} got
   */
  take(wish, { answer, found }) {
    if (askAgain(this.page, answer, found)) return;
    // What a form is answered itself has no address: asked for again, it would be another answer.
    const hasAddress = !wish.stays && (!wish.body || answer.redirected);
    const address = hasAddress ? new URL(answer.redirected ? answer.url : wish.address) : new URL(location.href);
    const account = found ? accountOf(found) : "";
    const isAnothers = account !== "" && account !== accountOf(this.page);
    const isAnother = hasAddress && found !== null && versionOf(found) !== versionOf(this.page);
    if (!found || isAnothers || (isAnother && !isUnderWay())) location.assign(address);
    else if (found.querySelector('[data-part="content"]')) this.show(found, address, wish.back);
    // Somebody between here and the app answered instead of it.
    else complain(this.page, "no-answer");
  }

  /**
   * @param {Document} found
   * @param {URL} address
   * @param {import("./history.js").Arrival} [back]
   */
  show(found, address, back) {
    const enter = back || address.href === location.href ? replace : push;
    // The entry that is left keeps its content's name.
    renew(back?.content);
    enter(address);
    swapIn(this.page, found);
    focusContent(this.page, !back);
    const fragment = back ? null : this.page.getElementById(address.hash.slice(1));
    if (fragment) fragment.scrollIntoView();
    else scrollTo({ top: back?.top ?? 0, behavior: "instant" });
    this.page.dispatchEvent(new CustomEvent(CONTENT));
  }
}

/**
 * @param {Wish} wish
 * @param {AbortSignal | null} signal
 * @returns {Promise<Got>}
 */
async function ask({ address, body }, signal) {
  // A page that is swapped in is shown, and says what was done just now.
  const how = { method: body ? "POST" : "GET", headers: { Accept: "text/html", "HX-Boosted": "true" }, signal };
  const answer = await fetch(address, { ...how, body: body ?? null, mode: "same-origin" });
  const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
  return { answer, found: isPage ? new DOMParser().parseFromString(await answer.text(), "text/html") : null };
}

/**
 * The page that a plain click on a link leads to, if it is one of ours.
 * @param {MouseEvent} event
 */
function destination(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || !isPlain) return null;
  if (link.hasAttribute("download") || link.target || link.closest("[data-full-load]")) return null;
  const address = new URL(link.href);
  const isFragment = address.href.includes("#") && address.href.split("#")[0] === location.href.split("#")[0];
  return address.origin === location.origin && !isFragment ? address : null;
}

/**
 * What a form would send, if it is to one of our pages.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @returns {Wish | null}
 */
function wishOf(form, submitter) {
  const told = (/** @type {string} */ name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const address = new URL(told("action"), location.href);
  const method = told("method").toLowerCase() || "get";
  if (form.closest("[data-full-load]") || told("target") || address.origin !== location.origin) return null;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) fields.append(name, String(value));
  if (method === "post") return { address, body: fields, stays: form.matches("[data-stays]") };
  if (method !== "get") return null;
  address.search = String(fields);
  return { address };
}

/**
 * Which build of the app a page is of: the address of its script changes with all that is served beside it.
 * @param {Document} page
 */
function versionOf(page) {
  return page.querySelector('script[type="module"]')?.getAttribute("src");
}

/** Would leaving lose something? Whoever would lose it says so, as to the browser. */
function isUnderWay() {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

/**
 * A form in a dialog that was refused is asked for again there.
 * @param {Document} page
 * @param {Response} answer
 * @param {Document | null} found
 */
function askAgain(page, answer, found) {
  const question = answer.status === 422 ? found?.querySelector("[data-question]") : null;
  const dialog = page.querySelector("#dialog[open]");
  if (!question || !dialog) return false;
  dialog.replaceChildren(question);
  const field = dialog.querySelector("[aria-invalid]");
  if (field instanceof HTMLInputElement) field.select();
  return true;
}
