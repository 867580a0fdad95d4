// Uploads go on by themselves: through a network that is away, a session that ended, and a person who pauses.
import { join } from "node:path";
import { onDisk } from "../support/disk.js";
import { bytes, text } from "../support/files.js";
import { card, choose, expectState, expectWords, row } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

/** @typedef {import("../support/test.js").Page} Page */

test("offline in the middle of many files: they wait, and all arrive without a click", async ({
  home,
  server,
  watch,
}) => {
  const files = Array.from({ length: 25 }, (_, number) => bytes(`${number}.bin`, 20_000 + number));
  let sent = 0;
  await home.route(`${server.storeOrigin}/**`, async (route) => {
    sent += route.request().method() === "PUT" ? 1 : 0;
    if (sent === 5) await home.context().setOffline(true);
    await route.continue();
  });
  watch.announce(/ERR_INTERNET_DISCONNECTED/);
  // Asked for with others, it is told of in an answer.
  watch.allow(/status of 404 .*save-metadata/);
  await choose(home, ...files);
  await expect(home.getByText("No network. Your files wait here.")).toBeVisible();
  await expect(rows(home, "offline").first()).toContainText("Waiting for the network");
  await expect(rows(home, "failed")).toHaveCount(0);

  await home.context().setOffline(false);
  await expect(rows(home, "done")).toHaveCount(files.length);
  await home.reload();
  await expect(home.getByText("25 files", { exact: true })).toBeVisible();
});

test("the answer to the last byte is lost, and the file is in the store once", async ({ home, server, watch }) => {
  const file = bytes("once.bin", 50_000);
  let sent = 0;
  await home.route(`${server.storeOrigin}/**`, async (route) => {
    if (route.request().method() !== "PUT") return route.continue();
    sent += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  watch.announce(/ERR_CONNECTION_RESET PUT/, /console: .*ERR_CONNECTION_RESET/);
  await choose(home, file);
  await expectState(home, file.name, "done");
  expect(sent).toBe(1);
  await expect(card(home, file.name)).toHaveCount(1);
});

test("a file is paused, and goes on when it is told to", async ({ home, server, watch }) => {
  const file = bytes("film.bin", 50_000);
  let held = 0;
  await home.route(`${server.storeOrigin}/**`, () => void (held += 1), { times: 1 });
  watch.announce(/ERR_ABORTED PUT/, /status of 404 .*save-metadata/);
  await choose(home, file);
  await expect.poll(() => held, "it is on its way to the store").toBe(1);
  await row(home, file.name).getByRole("button", { name: "Pause" }).click();
  await expectState(home, file.name, "paused");
  await expectWords(home, file.name, "Paused");
  await expect(home.getByRole("heading", { name: "1 not finished" })).toBeVisible();
  await row(home, file.name).getByRole("button", { name: "Continue" }).click();
  await expectState(home, file.name, "done");
});

test("all are paused, go on, and are cancelled together", async ({ home, server, watch }) => {
  const files = Array.from({ length: 6 }, (_, number) => bytes(`${number}.bin`, 10_000 + number));
  let held = 0;
  await home.route(`${server.storeOrigin}/**`, () => void (held += 1));
  watch.announce(/ERR_ABORTED PUT/);
  watch.allow(/status of 404 .*save-metadata/);
  await choose(home, ...files);
  await expect.poll(() => held).toBe(files.length);
  const dock = home.getByRole("region", { name: "Upload" });
  await dock.getByRole("button", { name: "Pause all" }).click();
  await expect(rows(home, "paused")).toHaveCount(files.length);
  await dock.getByRole("button", { name: "Continue all" }).click();
  await expect.poll(() => held).toBe(2 * files.length);
  await dock.getByRole("button", { name: "Cancel all" }).click();
  await expect(rows(home, "cancelled")).toHaveCount(files.length);
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

test("whoever cancels much is asked once", async ({ home, server, watch }) => {
  await home.route(`${server.storeOrigin}/**`, () => {});
  watch.announce(/ERR_ABORTED PUT/);
  await onDisk({ "first.bin": Buffer.alloc(51_000_000), "second.bin": Buffer.alloc(51_000_000, 1) }, async (folder) => {
    const paths = ["first.bin", "second.bin"].map((name) => join(folder, name));
    await home.getByLabel("Choose files").setInputFiles(paths);
    await expectState(home, "first.bin", "uploading");
    await expectState(home, "second.bin", "uploading");
    const dock = home.getByRole("region", { name: "Upload" });
    await dock.getByRole("button", { name: "Cancel all" }).click();
    const question = dock.getByRole("group", { name: "Cancel all uploads?" });
    await question.getByRole("button", { name: "Keep" }).click();
    await expect(question).toBeHidden();
    await expectState(home, "first.bin", "uploading");
    await dock.getByRole("button", { name: "Cancel all" }).click();
    await question.getByRole("button", { name: "Cancel all" }).click();
    await expectState(home, "first.bin", "cancelled");
    await expectState(home, "second.bin", "cancelled");
  });
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

test("what failed is retried together", async ({ home, server, watch }) => {
  const files = [text("one.txt"), text("two.txt")];
  const headers = { "Access-Control-Allow-Origin": server.url };
  await home.route(`${server.storeOrigin}/**`, (route) => route.fulfill({ status: 403, headers, body: "" }));
  watch.announce(/status of 403/);
  watch.allow(/status of 404 .*save-metadata/);
  await choose(home, ...files);
  for (const { name } of files) await expectState(home, name, "failed");
  await home.unrouteAll();
  await home.getByRole("button", { name: "Retry all" }).click();
  for (const { name } of files) await expectState(home, name, "done");
});

test("a session that is refused again and again is said in a person's words", async ({ home, person, watch }) => {
  // The words of the interface for programs.
  const answer = { status: 401, json: { success: false, error: "Send an Authorization: Bearer header." } };
  await home.route("/presign-upload", (route) => route.fulfill(answer));
  watch.announce(/status of 401/);
  await choose(home, text("late.txt"));
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  for (let times = 0; times < 3; times += 1) {
    // It is another each time.
    await expect(dialog.getByLabel("Password")).toHaveValue("");
    await dialog.getByLabel("Password").fill(person.password);
    const answer = home.waitForResponse((one) => one.url().endsWith("/sign-in"));
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await answer;
  }
  await expectState(home, "late.txt", "failed");
  await expectWords(home, "late.txt", "You are signed out. Retry to sign in and go on.");
});

test("a dialog that is closed holds the queue until somebody signs in", async ({ home, person, watch }) => {
  const files = Array.from({ length: 8 }, (_, number) => text(`${number}.txt`));
  await home.context().clearCookies();
  watch.announce(/status of 401/);
  await choose(home, ...files);
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog.getByLabel("Password")).toBeFocused();
  await home.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await choose(home, text("more.txt"));
  await expect(rows(home, "waiting")).toHaveCount(files.length + 1);
  await expect(rows(home, "waiting").filter({ hasText: "Waiting until you sign in again" })).not.toHaveCount(0);
  await expect(dialog).toHaveCount(0);
  await home.getByRole("alert").getByRole("button", { name: "Sign in again" }).click();
  await dialog.getByLabel("Password").fill(person.password);
  await home.keyboard.press("Enter");
  await expect(rows(home, "done")).toHaveCount(files.length + 1);
});

test("the queue of one account is never sent as another", async ({
  home,
  person,
  server,
  open,
  createPerson,
  watch,
}) => {
  const another = await open(await createPerson("member", "Barbara Liskov"));
  await home.context().clearCookies();
  await home.context().addCookies(await another.context().cookies());
  watch.announce(/status of 401/);
  const [request] = await Promise.all([
    home.waitForRequest((one) => one.url() === `${server.url}/presign-upload`),
    choose(home, text("mine.txt")),
  ]);
  expect(request.headers()["x-cloakroom-account"]).toMatch(/^[0-9a-f-]{36}$/);
  const dialog = home.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog.getByLabel("Email")).toHaveValue(person.email);
  await dialog.getByLabel("Password").fill(person.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expectState(home, "mine.txt", "done");
  await another.reload();
  await expect(card(another, "mine.txt")).toHaveCount(0);
});

test("what is paused is cancelled, even before it stands still", async ({ home, server, watch }) => {
  const file = bytes("film.bin", 50_000);
  await home.route(`${server.storeOrigin}/**`, () => {});
  watch.announce(/ERR_ABORTED PUT/);
  await choose(home, file);
  await expectState(home, file.name, "uploading");
  await row(home, file.name).evaluate((element) => {
    for (const action of ["pause", "cancel"]) {
      const button = element.querySelector(`[data-action="${action}"]`);
      if (button instanceof HTMLElement) button.click();
    }
  });
  await expectState(home, file.name, "cancelled");
  await home.unrouteAll({ behavior: "ignoreErrors" });
});

/**
 * @param {Page} page
 * @param {import("../../../static/js/upload/engine.js").State} state
 */
function rows(page, state) {
  return page.getByRole("list", { name: "Uploads" }).locator(`[data-state="${state}"]`);
}
