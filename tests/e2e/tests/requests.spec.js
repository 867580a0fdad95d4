// Asking others for files by a link: made, opened by somebody without an account, sent by, seen, and ended.
import { expectAccessible } from "../support/accessible.js";
import { picture, text } from "../support/files.js";
import { makeFolder } from "../support/folders.js";
import { card, choose, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

/** @param {Page} page */
function dialog(page) {
  return page.getByRole("dialog", { name: /^Request/ });
}

/**
 * @param {Page} page
 * @returns {Promise<string>} what was copied
 */
async function copyLink(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog(page).getByRole("button", { name: "Copy link" }).click();
  await expect(dialog(page).getByText("Link copied.")).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

/**
 * The same, and it works by then.
 * @param {Page} page
 */
async function makeLink(page) {
  const link = await copyLink(page);
  await expect(dialog(page).getByRole("button", { name: "End request" })).toBeVisible();
  return link;
}

test("files that a guest sends by a request are its owner's, in its folder, new until seen", async ({
  home,
  open,
  watch,
}) => {
  await makeFolder(home, "Wedding");
  await home.getByRole("link", { name: "Wedding", exact: true }).click();
  await expect(home.getByRole("heading", { name: "Wedding", level: 1 })).toBeVisible();
  await home.getByRole("button", { name: "More for Wedding" }).click();
  await home.getByRole("link", { name: "Request files" }).click();
  await expect(dialog(home)).toBeVisible();
  await dialog(home).getByLabel("Message, if you like").fill("All of them, also the blurry ones.");
  await expectAccessible(home);
  /** @type {() => void} */
  let answer = () => {};
  const isDone = new Promise((resolve) => (answer = () => resolve(null)));
  await home.route("**/requests", (route) => isDone.then(() => route.continue()));
  const link = await copyLink(home);
  // Whoever is done at once waits for no answer.
  await dialog(home).getByRole("button", { name: "Done" }).click();
  answer();
  await expect(dialog(home)).toBeHidden();

  const guest = await open(null);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "Wedding" })).toBeVisible();
  await expect(guest.getByText("All of them, also the blurry ones.")).toBeVisible();
  await expectAccessible(guest);
  await guest.getByLabel("Your name").fill("Grace Hopper");
  await choose(guest, picture("church.png"), text("list.txt"));
  await expect(guest.getByText("2 files · ")).toBeVisible();
  await expect(guest.getByText("to 2", { exact: true })).toBeVisible();
  await expectAccessible(guest);
  await guest.getByRole("button", { name: "Upload more" }).click();
  await expect(guest.getByRole("heading", { name: "Drop your files here" })).toBeVisible();

  await home.reload();
  await expect(card(home, "church.png")).toBeVisible();
  await expect(home.getByText("New from Grace Hopper").first()).toBeVisible();
  await expect(home.getByRole("link", { name: /^Requests/ })).toContainText("2");
  await card(home, "church.png").click();
  await expect(viewer(home).getByRole("img", { name: "church.png" }).last()).toBeVisible();
  await home.goto("/requests");
  await expect(home.getByRole("row", { name: /Wedding/ })).toContainText("1 new");
  await expectAccessible(home);
  await home.getByRole("button", { name: "Mark all as seen" }).click();
  await expect(home.getByText("1 new")).toHaveCount(0);

  await home.getByRole("button", { name: "End Wedding" }).click();
  await expect(home.getByText("The request is ended.")).toBeVisible();
  watch.announce(/status of 410/);
  await guest.reload();
  await expect(guest.getByRole("heading", { name: "This request has ended" })).toBeVisible();
});

test("a request says what it takes, waits for a name, and keeps a password", async ({ home, open, watch }) => {
  await home.goto("/requests");
  await expect(home.getByRole("heading", { name: "No requests." })).toBeVisible();
  await home.getByRole("link", { name: "Request files" }).click();
  await dialog(home).getByLabel("What you ask for").fill("Invoices");
  await dialog(home).getByRole("group", { name: "Ask for a name" }).getByLabel("Always").check();
  await dialog(home).getByLabel("Largest file").fill("1 KB");
  await dialog(home).getByLabel("How many files").fill("2");
  await dialog(home).getByLabel("Password", { exact: true }).check();
  await dialog(home).getByLabel("The password").fill("open sesame");
  const link = await makeLink(home);

  watch.announce(/status of 403/);
  const guest = await open(null);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "Invoices" })).toHaveCount(0);
  await guest.getByLabel("Password").fill("open sesame");
  await guest.getByRole("button", { name: "Open" }).click();
  await expect(guest.getByText("Up to 1 KB each, 2 files in all.")).toBeVisible();
  await choose(guest, text("one.txt"));
  await expect(guest.getByText("Write it, and your files go on their way.")).toBeVisible();
  await guest.getByLabel("Your name").fill("Bob");
  await guest.getByLabel("Your name").press("Tab");
  await expect(guest.getByText("one.txt · ")).toBeVisible();
  await choose(guest, { ...text("large.txt"), buffer: Buffer.alloc(2_000, "x") });
  await expect(guest.getByText("Larger than the 1 KB that are taken here.", { exact: true })).toBeVisible();
});

test("without JavaScript a guest reads what is asked for, and that sending needs it", async ({
  home,
  person,
  open,
  watch,
}) => {
  await home.goto("/requests");
  await home.getByRole("link", { name: "Request files" }).click();
  await dialog(home).getByLabel("What you ask for").fill("Invoices");
  await dialog(home).getByLabel("Message, if you like").fill("Those of last year.");
  await dialog(home).getByRole("group", { name: "Ask for a name" }).getByLabel("Always").check();
  await dialog(home).getByLabel("How many files").fill("2");
  await dialog(home).getByLabel("Password", { exact: true }).check();
  await dialog(home).getByLabel("The password").fill("open sesame");
  const link = await makeLink(home);

  watch.announce(/status of 403/);
  watch.announce(/status of 422/);
  const guest = await open(null, { javaScriptEnabled: false });
  await guest.goto(link);
  await expect(guest.getByText(`${person.name} asks for files`)).toBeVisible();
  await expect(guest.getByText("Invoices")).toHaveCount(0);
  await guest.getByLabel("Password").fill("close sesame");
  await guest.getByRole("button", { name: "Open" }).click();
  await expect(guest.getByText("This is not the password.")).toBeVisible();
  await guest.getByLabel("Password").fill("open sesame");
  await guest.getByRole("button", { name: "Open" }).click();
  await expect(guest.getByRole("heading", { name: "Invoices" })).toBeVisible();
  await expect(guest.getByText(`${person.name} asks for files`)).toBeVisible();
  await expect(guest.getByText("Those of last year.")).toBeVisible();
  await expect(guest.getByText(/2 files in all\. Only .+ sees what you send\./)).toBeVisible();
  // What cannot be done is not shown, and why is said.
  await expect(guest.locator("noscript p")).toBeVisible();
  await expect(guest.locator("noscript p")).toHaveText(
    "Sending files needs JavaScript, because they go from your browser straight to storage. Turn it on, or open this link in another browser.",
  );
  await expect(guest.getByText("Choose files", { exact: true })).toBeHidden();
  await expect(guest.getByLabel("Your name")).toBeHidden();

  watch.announce(/status of 410/);
  await home.goto("/requests");
  await home.getByRole("button", { name: "Pause Invoices" }).click();
  await expect(home.getByText("The link is paused.")).toBeVisible();
  await guest.reload();
  await expect(guest.getByRole("heading", { name: "This request is paused" })).toBeVisible();
  await home.getByRole("button", { name: "End Invoices" }).click();
  await expect(home.getByText("The request is ended.")).toBeVisible();
  await guest.reload();
  await expect(guest.getByRole("heading", { name: "This request has ended" })).toBeVisible();
});
