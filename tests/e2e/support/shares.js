// Links, made without the dialog that people make them in.

/**
 * @param {import("./test.js").Page} page of who shares
 * @param {string} what the query of the form, such as `folder=…`
 * @param {Record<string, string>} [terms] that are not as the form offers them
 * @returns {Promise<string>} the link
 */
export async function shareAsAProgram(page, what, terms = {}) {
  const made = async (/** @type {string[]} */ [place = "", changed = ""]) => {
    const read = async (/** @type {Response} */ answer) =>
      new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = (await read(await fetch(place))).querySelector("form#share-terms");
    if (!(form instanceof HTMLFormElement)) return null;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    for (const [name, value] of new URLSearchParams(changed)) body.set(name, value);
    const answer = await fetch(form.getAttribute("action") ?? "", { method: "POST", body });
    return (await read(answer)).querySelector("[data-copies]")?.getAttribute("data-copies") ?? null;
  };
  const link = await page.evaluate(made, [`/shares/new?${what}`, String(new URLSearchParams(terms))]);
  if (!link) throw new Error(`nothing was shared by ${what}`);
  return link;
}
