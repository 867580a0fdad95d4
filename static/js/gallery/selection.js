// Selecting files of a list, and folders: by their boxes, with Shift up to one, with Ctrl or Cmd one by one, or all that are shown.
// @ts-check
import { onContent } from "../page/content.js";
import { CHANGED } from "../page/dialogs.js";
import { detailOf } from "../page/htmx_types.js";
import { allFoundOf, chooseAllFound, isAllFound, offerAllFound, selectedInWords } from "./all_found.js";
import { BOXES, between, boxIn, boxesOfDay, isOfFile, nextDay } from "./boxes.js";
import { download } from "./downloading.js";
import { bringBack } from "./list.js";
import { onLongPress } from "./long_press.js";
import { offerStar } from "./stars.js";

/** @type {Selection | null} */
let current = null;

/** @param {Document} page */
export function startSelection(page) {
  const selection = new Selection(page);
  current = selection;
  // Before clicks are heard, one of which it may swallow.
  onLongPress(page, (card) => selection.toggle(card, false));
  page.addEventListener("click", (event) => selection.click(event), true);
  page.addEventListener("change", (event) => selection.change(event));
  page.addEventListener("cloakroom:listed", () => selection.listed());
  page.addEventListener("htmx:afterSettle", () => selection.recall());
  page.addEventListener("htmx:afterRequest", (event) => {
    const {
      requestConfig: { elt },
      successful,
    } = detailOf(event);
    if (successful && elt.closest("[data-selection]") && !elt.closest("[data-asks]")) selection.clear();
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    if (detailOf(event).target.id === "listing") selection.remember();
  });
  page.body.addEventListener(CHANGED, () => selection.show());
  onContent(page, () => selection.begin());
}

/** The selection of the page, if it has one. */
export function selectionOf() {
  return current;
}

export class Selection {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    /** @type {HTMLInputElement | null} where a range begins */
    this.anchor = null;
    /** @type {Set<string>} */
    this.remembered = new Set();
    /** @type {Element | null} the bar that says that nothing is selected */
    this.idle = null;
  }

  /** With other content. */
  begin() {
    this.idle = null;
    this.anchor = null;
    this.remembered.clear();
    this.show();
  }

  /**
   * @param {string} [which] of them
   * @returns {HTMLInputElement[]}
   */
  boxes(which = "") {
    return [...this.page.querySelectorAll(BOXES + which)].filter((box) => box instanceof HTMLInputElement);
  }

  chosen() {
    return this.boxes(":checked");
  }

  /** What is chosen stays so when the list is drawn again. */
  remember() {
    this.remembered = new Set(this.chosen().map((box) => box.value));
  }

  /** More of the list is there. */
  listed() {
    if (isAllFound(this.page)) this.allFiles();
    else this.show();
  }

  recall() {
    if (isAllFound(this.page)) this.allFiles();
    if (this.remembered.size > 0) {
      for (const box of this.boxes()) if (this.remembered.has(box.value)) box.checked = true;
    }
    this.remembered.clear();
    this.show();
  }

  isEmpty() {
    return this.page.querySelector(`${BOXES}:checked`) === null;
  }

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.matches(BOXES)) this.toggled(/** @type {HTMLInputElement} */ (target), event.shiftKey);
    const link = target.closest(".card-link, .folder-link");
    // A click by the keyboard opens, whatever is selected.
    if (
      link &&
      boxIn(link) &&
      event.detail > 0 &&
      (event.shiftKey || event.ctrlKey || event.metaKey || !this.isEmpty())
    ) {
      event.preventDefault();
      event.stopPropagation();
      this.toggle(link, event.shiftKey);
    }
    const one = target.closest("[data-one]");
    if (one) {
      event.preventDefault();
      this.clear();
      this.toggle(one, false);
      this.trash();
    }
    if (target.closest("[data-select-all]")) this.all();
    if (target.closest("[data-select-found]")) this.allFound();
    if (target.closest("[data-select-none]")) this.clear();
    if (target.closest("[data-download-selected]")) void this.download();
  }

  /** @param {Event} event */
  change(event) {
    if (event.target instanceof HTMLInputElement && event.target.matches("[data-selects-day]")) {
      void this.selectDay(event.target, event.target.checked);
    }
    if (event.target instanceof HTMLInputElement && event.target.matches("[data-select-all-rows]")) {
      for (const box of this.boxes().filter(isOfFile)) box.checked = event.target.checked;
      this.show();
    }
  }

  /**
   * @param {HTMLInputElement} day in a heading
   * @param {boolean} isChosen
   */
  async selectDay(day, isChosen) {
    const heading = day.closest("[data-day]");
    if (heading) await bringBack(heading, nextDay(heading));
    for (const box of boxesOfDay(day)) box.checked = isChosen;
    this.show();
  }

  /**
   * @param {Element} element in a card
   * @param {boolean} isRange
   */
  toggle(element, isRange) {
    const box = boxIn(element);
    if (!box) return;
    box.checked = !box.checked || isRange;
    this.toggled(box, isRange);
  }

  /**
   * @param {HTMLInputElement} box
   * @param {boolean} isRange
   */
  toggled(box, isRange) {
    const { anchor } = this;
    if (isRange && anchor?.isConnected) void this.range(anchor, box, box.checked);
    else this.anchor = box;
    this.show();
  }

  /**
   * All between two, with what is not on the page any more.
   * @param {HTMLInputElement} from
   * @param {HTMLInputElement} to
   * @param {boolean} isChosen
   */
  async range(from, to, isChosen) {
    const choose = () => {
      for (const box of between(this.boxes(), from, to)) box.checked = isChosen;
      this.show();
    };
    choose();
    const [first, last] = [from, to].map((box) => box.closest("[data-id]"));
    if (first && last && (await bringBack(first, last))) choose();
  }

  /**
   * From where it began up to another card, and no further: what was selected beyond that is let go.
   * @param {Element} from the card that has had the focus
   * @param {Element} to
   */
  extend(from, to) {
    const [before, box] = [boxIn(from), boxIn(to)];
    if (!before || !box) return;
    if (!this.anchor?.isConnected) this.anchor = before;
    for (const one of between(this.boxes(), this.anchor, before)) one.checked = false;
    void this.range(this.anchor, box, true);
  }

  all() {
    for (const box of this.boxes()) box.checked = true;
    this.show();
  }

  allFiles() {
    for (const box of this.boxes().filter(isOfFile)) box.checked = true;
    this.show();
  }

  clear() {
    for (const box of this.boxes()) box.checked = false;
    this.anchor = null;
    this.show();
  }

  /** All that the list finds, whether it is shown or not. */
  allFound() {
    chooseAllFound(this.page, true);
    this.allFiles();
  }

  /** Sends the form that moves the chosen files to the trash. */
  trash() {
    const form = this.page.querySelector(".selection[data-selection]");
    if (form instanceof HTMLFormElement && !this.isEmpty()) form.requestSubmit();
  }

  async download() {
    await download(this.page, this.chosen(), allFoundOf(this.page));
  }

  /** Says how many there are, and offers what can be done with them. */
  show() {
    const bar = this.page.querySelector("[data-selection]");
    // As it is mostly when a list grows.
    if (bar === this.idle && this.isEmpty()) return;
    const boxes = this.boxes();
    const chosen = boxes.filter((box) => box.checked);
    const [files, all] = [chosen.filter(isOfFile).length, boxes.filter(isOfFile).length];
    const [count, folders] = [chosen.length, chosen.length - files];
    // One that is not ticked is left out, and then what is ticked counts.
    if (files < all || files === 0 || !isAllFound(this.page)) chooseAllFound(this.page, false);
    offerAllFound(this.page, files > 0 && files === all);
    this.idle = count === 0 ? bar : null;
    const words = selectedInWords(this.page, chosen);
    for (const said of this.page.querySelectorAll("[data-selection-count]")) {
      if (!(said instanceof HTMLElement)) continue;
      said.textContent = (said.dataset["words"] ?? "").replace("{count}", words);
    }
    for (const bar of this.page.querySelectorAll("[data-selection]")) {
      bar.classList.toggle("is-shown", count > 0);
      for (const button of bar.querySelectorAll('button[type="submit"]')) {
        if (button instanceof HTMLButtonElement) button.disabled = count === 0;
      }
    }
    this.page.documentElement.classList.toggle("has-selection", count > 0);
    this.page.querySelector("[data-cards]")?.classList.toggle("is-selecting", count > 0);
    for (const box of boxes) box.closest("[data-id]")?.classList.toggle("is-selected", box.checked);
    for (const day of this.page.querySelectorAll("[data-selects-day]")) {
      const boxes = boxesOfDay(day);
      if (day instanceof HTMLInputElement) day.checked = boxes.length > 0 && boxes.every((box) => box.checked);
    }
    offerStar(this.page, chosen);
    // A link is of files, or of one folder.
    const share = this.page.querySelector("[data-selection] [data-shares]");
    if (share instanceof HTMLElement) share.hidden = folders > 0 && count > 1;
    const rows = this.page.querySelector("[data-select-all-rows]");
    if (rows instanceof HTMLInputElement) rows.checked = files > 0 && files === all;
  }
}
