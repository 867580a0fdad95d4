// A switch that is alone in its form is saved when it is switched; where that fails, it goes back.
// @ts-check
import { detailOf } from "./htmx_types.js";

/** @param {Document} page */
export function startSwitches(page) {
  page.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, successful } = detailOf(event);
    const form = requestConfig.elt.closest("form[data-switches]");
    const one = form?.querySelector(".toggle");
    if (!(form instanceof HTMLFormElement) || !(one instanceof HTMLInputElement)) return;
    if (!successful) {
      one.checked = one.defaultChecked;
      return;
    }
    one.defaultChecked = one.checked;
    // What goes on beside this page follows.
    page.querySelector("[data-upload]")?.toggleAttribute(`data-${form.dataset["switches"]}`, one.checked);
  });
}
