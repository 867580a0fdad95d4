// What a person does in the gallery, and finds there.
import { expect } from "@playwright/test";

/**
 * @typedef {import("@playwright/test").Page} Page
 * @typedef {import("./files.js").Upload} Upload
 */

/**
 * The row of a file on its way.
 * @param {Page} page
 * @param {string} name
 */
export function row(page, name) {
  const rows = page.getByRole("list", { name: "Uploads" }).getByRole("listitem");
  return rows.filter({ has: page.getByText(name, { exact: true }) });
}

/**
 * What the row of a file says of it.
 * @param {Page} page
 * @param {string} name
 * @param {string} words
 */
export async function expectWords(page, name, words) {
  await expect(row(page, name).getByText(words)).toBeVisible();
}

/**
 * The link to a file that has arrived.
 * @param {Page} page
 * @param {string} name
 */
export function card(page, name) {
  return list(page).getByRole("link", { name, exact: true });
}

/**
 * The files that are listed, in whichever view.
 * @param {Page} page
 */
export function list(page) {
  const files = /** @type {const} */ ({ name: "Files", exact: true });
  return page.getByRole("list", files).or(page.getByRole("table", files));
}

/**
 * Opens one of the chips that narrow the list down, as a person does it.
 * @param {Page} page
 * @param {"Type" | "Date" | "Size"} name
 */
export async function openChip(page, name) {
  const filter = page.getByRole("button", { name: "Filter" });
  if ((await filter.getAttribute("aria-expanded")) !== "true") await filter.click();
  const chip = page.locator(`[data-chip="${name.toLowerCase()}"]`);
  if ((await chip.getAttribute("open")) === null) await chip.locator("summary").click();
  return chip;
}

/**
 * The file that the viewer shows.
 * @param {Page} page
 * @param {string} name
 */
export async function expectToSee(page, name) {
  await expect(viewer(page).getByRole("heading", { name, exact: true })).toBeVisible();
}

/**
 * @param {Page} page
 * @param {...Upload} files
 */
export async function choose(page, ...files) {
  await page.getByLabel("Choose files").setInputFiles(files);
}

/**
 * Lets files fall onto the page, as from a folder on the desk.
 * @param {Page} page
 * @param {...Upload} files
 */
export async function drop(page, ...files) {
  const plain = files.map(({ name, mimeType, buffer }) => ({
    name,
    type: mimeType,
    content: buffer.toString("base64"),
  }));
  const dataTransfer = await page.evaluateHandle((contents) => {
    const transfer = new DataTransfer();
    for (const { name, type, content } of contents) {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, plain);
  const main = page.getByRole("main");
  await main.dispatchEvent("dragover", { dataTransfer });
  await main.dispatchEvent("drop", { dataTransfer });
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {import("../../../static/js/upload/engine.js").State} state
 */
export async function expectState(page, name, state) {
  await expect(row(page, name)).toHaveAttribute("data-state", state);
}

/**
 * What comes of a file after a while, of which the page's own clock makes little. The test has to install it.
 * @param {Page} page
 * @param {string} name
 * @param {import("../../../static/js/upload/engine.js").State} state
 */
export async function expectInTime(page, name, state) {
  const later = async () => {
    await page.clock.fastForward(5_000);
    return row(page, name).getAttribute("data-state");
  };
  // What is asked before there is a row gives up by the same clock.
  await expect(row(page, name)).toBeVisible();
  await expect.poll(later, { timeout: 90_000 }).toBe(state);
}

/**
 * Uploads files through the page and waits for their cards.
 * @param {Page} page
 * @param {...Upload} files
 */
export async function upload(page, ...files) {
  await choose(page, ...files);
  for (const { name } of files) {
    await expectState(page, name, "done");
    await expect(card(page, name)).toBeVisible();
  }
}

/**
 * Uploads a file and opens its page.
 * @param {Page} page
 * @param {Upload} file
 */
export async function uploadAndOpen(page, file) {
  await upload(page, file);
  await openFile(page, file.name);
}

/**
 * By way of the viewer, as a person does it.
 * @param {Page} page of the gallery
 * @param {string} name
 */
export async function openFile(page, name) {
  await card(page, name).click();
  await viewer(page).getByRole("heading", { name, exact: true }).waitFor();
  const withoutScript = viewer(page).getByRole("link", { name: "Details" });
  const details = viewer(page).getByRole("button", { name: "Details", exact: true });
  await expect(withoutScript.or(details)).toBeVisible();
  if (await withoutScript.isVisible()) {
    await withoutScript.click();
  } else {
    const more = viewer(page).getByRole("link", { name: "Rename, link and more" });
    if (!(await more.isVisible())) await details.click();
    await more.click();
  }
  await expect(page).toHaveURL(/\/files\/[^/]+$/);
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

/** @param {Page} page */
export function viewer(page) {
  return page.getByRole("region", { name: "Viewer" });
}

/**
 * The box that selects a file.
 * @param {Page} page
 * @param {string} name
 */
export function box(page, name) {
  return page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
}

/** Uploads of a program at a time. */
const AT_ONCE = 8;

/**
 * Many files, the way programs upload them, for tests of what is there afterwards. The first is the oldest; the others come in any order.
 * @param {Page} page of someone signed in
 * @param {(Upload & {folder?: string})[]} files
 */
export async function uploadAsAProgram(page, files) {
  const [first, ...others] = files;
  if (first) await sendAsAProgram(page, first);
  const send = async () => {
    for (let file = others.shift(); file; file = others.shift()) await sendAsAProgram(page, file);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

/**
 * @param {Page} page
 * @param {Upload & {folder?: string}} file
 */
async function sendAsAProgram(page, { name, mimeType, buffer, folder }) {
  const asked = await page.request.post("/presign-upload", {
    data: { fileName: name, contentType: mimeType, size: buffer.length, ...(folder ? { folder } : {}) },
  });
  const { presignedUrl, objectKey, headers } = await asked.json();
  const put = await page.request.put(presignedUrl, { headers, data: buffer });
  expect(put.ok(), await put.text()).toBe(true);
  const saved = await page.request.post("/save-metadata", { data: { objectKey } });
  expect(saved.ok(), await saved.text()).toBe(true);
}
