// Parts of a list, as its pages have them.
// @ts-check

/**
 * A page of the list, or nothing where it cannot be had.
 * @param {string} address
 */
export async function askFor(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

/**
 * Its files, with the headings between them.
 * @param {Document} found
 */
export function entriesOf(found) {
  const entries = found.querySelectorAll("[data-cards] > :not([data-more], [data-earlier])");
  return [...entries].map((entry) => document.adoptNode(entry));
}
