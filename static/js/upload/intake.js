// The ways files come in: by a picker, by dropping, from the clipboard.
// @ts-check
import { chosen, gather } from "./folders.js";

/** What browsers call a picture that has no name of its own. */
const NAMELESS = /^image\.\w+$/;

/**
 * @param {Document} page
 * @param {HTMLElement} veil
 * @param {(found: import("./folders.js").Found[]) => void} take
 * @param {(lost: number) => void} complain
 */
export function startIntake(page, veil, take, complain) {
  const pick = (/** @type {EventTarget | null} */ target) => {
    if (!(target instanceof HTMLInputElement) || !target.matches("[data-picker]")) return;
    take([...(target.files ?? [])].map(chosen));
    target.value = "";
  };
  // Pickers come and go with the pages; and somebody may have been faster than this script.
  page.addEventListener("change", ({ target }) => pick(target));
  for (const picker of page.querySelectorAll("[data-picker]")) pick(picker);
  page.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const to = veil.querySelector("[data-veil-to]");
    const open = page.getElementById("listing")?.dataset["openName"];
    if (veil.hidden && to instanceof HTMLElement) to.textContent = open ?? to.dataset["veilTo"] ?? "";
    veil.hidden = false;
  });
  page.addEventListener("dragleave", (event) => {
    // Only when the window itself is left is there no element that is entered instead.
    if (event.relatedTarget === null) veil.hidden = true;
  });
  page.addEventListener("drop", (event) => {
    veil.hidden = true;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    void gather(event.dataTransfer, take).then((lost) => lost > 0 && complain(lost));
  });
  page.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const isField = event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]");
    if (files.length === 0 || isField) return;
    event.preventDefault();
    take(files.map((file) => ({ file: named(file, veil.dataset["screenshot"] ?? ""), folder: "" })));
  });
}

/**
 * A picture of the screen is named by its time.
 * @param {File} file
 * @param {string} word
 */
function named(file, word) {
  if (!NAMELESS.test(file.name)) return file;
  const at = new Date();
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(".");
  return new File([file], `${word} ${date} ${time}${file.name.slice(file.name.lastIndexOf("."))}`, {
    type: file.type,
    lastModified: file.lastModified,
  });
}

/**
 * As far as the browser tells; the server decides.
 * @param {string[]} types that are taken; none: all
 * @param {string} type
 */
export function isTaken(types, type) {
  const said = type || "application/octet-stream";
  const matches = (/** @type {string} */ pattern) =>
    pattern === said || (pattern.endsWith("/*") && said.startsWith(pattern.slice(0, -1)));
  return types.length === 0 || types.some(matches);
}
