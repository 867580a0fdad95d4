// What a file's content needs besides HTML: text is read from the store, a picture can be zoomed.
// @ts-check

/** @param {Document} page */
export function startStage(page) {
  showTexts(page);
  page.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const viewer = target?.closest("[data-zoom]") || target?.matches(".stage [data-zoomable]") ? target?.closest("[data-viewer]") : null;
    if (viewer) zoom(viewer);
  });
}

/**
 * Reads the beginning of each text that was not read yet.
 * @param {ParentNode} part
 */
export function showTexts(part) {
  for (const text of part.querySelectorAll("[data-text]")) {
    if (text instanceof HTMLElement) void show(text);
  }
}

/** @param {HTMLElement} text */
async function show(text) {
  const { text: url = "", bytes } = text.dataset;
  delete text.dataset["text"];
  try {
    const answer = await fetch(url, bytes ? { headers: { Range: `bytes=0-${Number(bytes) - 1}` } } : {});
    if (!answer.ok) throw new Error(String(answer.status));
    text.textContent = await answer.text();
  } catch {
    text.hidden = true;
    const problem = text.parentElement?.querySelector("[data-text-problem]");
    if (problem instanceof HTMLElement) problem.hidden = false;
  }
}

/**
 * Between the whole picture and its pixels.
 * @param {Element} viewer
 */
export function zoom(viewer) {
  const stage = viewer.querySelector("[data-stage]");
  if (!stage?.querySelector("[data-zoomable]")) return;
  const isZoomed = stage.classList.toggle("is-zoomed");
  viewer.querySelector("[data-zoom]")?.setAttribute("aria-pressed", String(isZoomed));
  if (!isZoomed) return;
  // So that the arrows move it.
  if (stage instanceof HTMLElement) {
    stage.tabIndex = 0;
    stage.focus();
  }
  stage.scrollLeft = (stage.scrollWidth - stage.clientWidth) / 2;
  stage.scrollTop = (stage.scrollHeight - stage.clientHeight) / 2;
}

/** @param {Element} viewer */
export function isZoomed(viewer) {
  return viewer.querySelector(".is-zoomed") !== null;
}
