// What a page is about is swapped when a person goes on; what a behaviour needs of it is looked for anew each time.
// @ts-check

/** Rung on the document when another page's content is there. */
export const CONTENT = "cloakroom:content";

/**
 * Begins with the content that is there, and with each that comes.
 * @param {Document} page
 * @param {() => void} begin
 */
export function onContent(page, begin) {
  page.addEventListener(CONTENT, begin);
  begin();
}
