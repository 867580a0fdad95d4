// Tells the page that files came, and not more often than it can be drawn beside what is still sent.
// @ts-check
import { CHANGED } from "../page/dialogs.js";

/** So many milliseconds lie between two times at least; so many for each file that is to come; and so many at most. */
const LEAST = 500;
const EACH = 60;
const MOST = 10_000;
/** The first of more than so many is not told at once, but where the page shows nothing yet; there soon, in milliseconds. */
const FEW = 50;
const SOON = 1_500;
const EMPTY = "#listing :is(.empty, .empty-room)";

export class News {
  /** @param {HTMLElement} body of the page */
  constructor(body) {
    this.body = body;
    this.timer = 0;
    this.isUntold = false;
    this.left = 0;
  }

  /** @param {number} left files that are still to come: without any, it is told at once */
  tell(left) {
    this.isUntold = true;
    this.left = left;
    if (left === 0 || (!this.timer && left <= FEW)) this.#ring();
    else this.timer ||= this.#ringIn(this.body.querySelector(EMPTY) ? SOON : this.#pause);
  }

  #ring() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.isUntold) return;
    this.isUntold = false;
    this.body.dispatchEvent(new CustomEvent(CHANGED));
    this.timer = this.#ringIn(this.#pause);
  }

  get #pause() {
    return Math.min(MOST, Math.max(LEAST, EACH * this.left));
  }

  /** @param {number} pause */
  #ringIn(pause) {
    return window.setTimeout(() => this.#ring(), pause);
  }
}
