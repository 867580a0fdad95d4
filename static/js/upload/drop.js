// Files that are dragged onto the page: a veil says what will happen, and what is dropped is handed on.
// @ts-check

/**
 * @param {Document} page
 * @param {HTMLElement} veil
 * @param {(files: FileList) => void} take
 */
export function startDropping(page, veil, take) {
  page.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
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
    take(event.dataTransfer.files);
  });
}
