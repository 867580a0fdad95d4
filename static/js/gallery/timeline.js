// The months beside a long list: a slider that goes to one of them, and follows the list when that is scrolled.
// @ts-check
import { onContent } from "../page/content.js";
import { htmx } from "../page/htmx_types.js";
import { bringUp, headerOf } from "./sticky.js";

/** The names of years stand no nearer to each other, in parts of the slider. */
const APART = 0.04;

/**
 * @typedef {object} Month
 * @property {string} key such as `2026-11`
 * @property {string} name such as `November 2026`
 * @property {string} year
 * @property {string} files how many, in words
 * @property {string} url
 */

/** @param {Document} page */
export function startTimeline(page) {
  /** @type {Timeline | null} */
  let timeline = null;
  const begin = () => {
    const place = page.querySelector("[data-timeline]");
    if (timeline?.place === place) return;
    timeline = place instanceof HTMLElement ? new Timeline(page, place) : null;
    void timeline?.begin();
  };
  onContent(page, begin);
  page.addEventListener("htmx:afterSettle", begin);
  for (const kind of /** @type {const} */ (["wheel", "touchmove", "keydown", "pointerdown"])) {
    page.addEventListener(kind, () => timeline && (timeline.isThere = false), { passive: true, capture: true });
  }
  let isDrawing = false;
  addEventListener(
    "scroll",
    () => {
      if (isDrawing || !timeline) return;
      isDrawing = true;
      requestAnimationFrame(() => {
        isDrawing = false;
        timeline?.follow();
      });
    },
    { passive: true },
  );
}

class Timeline {
  /**
   * @param {Document} page
   * @param {HTMLElement} place
   */
  constructor(page, place) {
    this.page = page;
    this.place = place;
    /** @type {Month[]} */
    this.months = [];
    /** @type {HTMLInputElement | null} */
    this.slider = place.querySelector("input");
    this.said = place.querySelector("output");
    this.resting = 0;
    this.isGoing = false;
    /** Was a month gone to, and nothing moved by hand since? */
    this.isThere = false;
  }

  async begin() {
    const { slider, place } = this;
    const answer = await fetch(place.dataset["timeline"] ?? "").catch(() => null);
    if (!answer?.ok || !slider) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.months = [...found.querySelectorAll("[data-month]")].map((link) => monthOf(link));
    if (this.months.length < 2 || !place.isConnected) return;
    slider.max = String(this.months.length - 1);
    place.querySelector("[data-years]")?.replaceChildren(...this.years());
    slider.addEventListener("input", () => this.say());
    slider.addEventListener("change", () => void this.go());
    slider.addEventListener("pointermove", (event) => this.hint(event));
    place.classList.add("is-ready");
    this.follow();
  }

  /** The names of years, beside the first of their months. */
  years() {
    const years = [];
    let [last, year] = [-1, ""];
    for (const [number, month] of this.months.entries()) {
      const at = number / (this.months.length - 1);
      if (month.year === year) continue;
      year = month.year;
      if (at - last < APART && last >= 0) continue;
      last = at;
      const name = document.createElement("span");
      name.textContent = year;
      name.style.top = `${at * 100}%`;
      years.push(name);
    }
    return years;
  }

  /** Says which month it is at. */
  say() {
    const { slider, said } = this;
    const month = this.months[Number(slider?.value)];
    if (!slider || !month) return;
    slider.setAttribute("aria-valuetext", `${month.name}, ${month.files}`);
    if (said) this.show(month, Number(slider.value) / (this.months.length - 1));
  }

  /**
   * @param {Month} month
   * @param {number} at
   */
  show(month, at) {
    if (!this.said) return;
    this.said.textContent = month.name;
    this.said.style.top = `${at * 100}%`;
  }

  /**
   * The month under the pointer, before it is gone to.
   * @param {PointerEvent} event
   */
  hint(event) {
    if (event.buttons > 0 || !this.slider) return;
    const { top, height } = this.slider.getBoundingClientRect();
    const at = Math.min(Math.max((event.clientY - top) / height, 0), 1);
    const month = this.months[Math.round(at * (this.months.length - 1))];
    if (month) this.show(month, at);
  }

  /** To the month that was chosen, and to the one that was chosen meanwhile. */
  async go() {
    if (this.isGoing) return;
    this.isGoing = true;
    let month = null;
    while (month !== this.months[Number(this.slider?.value)]) {
      month = this.months[Number(this.slider?.value)];
      if (month) await this.goTo(month);
    }
    this.isGoing = false;
  }

  /**
   * On the page, or in another part of the list.
   * @param {Month} month
   */
  async goTo(month) {
    const headingOf = () => this.page.querySelector(`[data-day^="${month.key}"]`);
    const list = this.page.getElementById("listing");
    const known = headingOf();
    if (list && (!known || isCut(known))) {
      await htmx.ajax("GET", month.url, { target: list, select: "#listing", swap: "outerHTML" });
    }
    const heading = headingOf();
    if (!heading) return;
    bringUp(this.page, heading.nextElementSibling ?? heading);
    this.isThere = true;
  }

  /** Where the list is. */
  follow() {
    const { slider, place } = this;
    if (!slider || this.months.length < 2) return;
    place.classList.add("is-scrolling");
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => place.classList.remove("is-scrolling"), 1500);
    if (this.isThere || this.isGoing || slider.matches(":active")) return;
    const day = dayAtTop(this.page);
    const number = this.months.findIndex((month) => day.startsWith(month.key));
    if (number < 0) return;
    slider.value = String(number);
    this.say();
  }
}

/**
 * @param {Element} link
 * @returns {Month}
 */
function monthOf(link) {
  const key = link.getAttribute("data-month") ?? "";
  const year = key.slice(0, -3);
  const files = Number(link.getAttribute("data-files"));
  return {
    key,
    year,
    name: `${link.textContent ?? ""} ${year}`,
    files: files === 1 ? "1 file" : `${files} files`,
    url: link.getAttribute("href") ?? "",
  };
}

/**
 * Does the list on the page begin there, so that the month may have begun before?
 * @param {Element} heading
 */
function isCut(heading) {
  const before = heading.previousElementSibling;
  return (before?.matches(".fill") ? before.previousElementSibling : before)?.matches("[data-earlier]") ?? false;
}

/**
 * The day that is at the top of the window: of the headings that have reached it, the last.
 * @param {Document} page
 */
function dayAtTop(page) {
  const headings = page.querySelectorAll("[data-day]");
  const line = headerOf(page) + 1;
  let [from, to] = [0, headings.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const heading = headings[middle];
    if (heading && heading.getBoundingClientRect().top <= line) from = middle + 1;
    else to = middle;
  }
  return headings[Math.max(from - 1, 0)]?.getAttribute("data-day") ?? "";
}
