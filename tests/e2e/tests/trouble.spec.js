// What happens to an upload when the network, the store or the person stops it.
import { allowOrigins } from "../support/cors.js";
import { bytes, text } from "../support/files.js";
import { card, choose, expectInTime, expectState, expectWords, row, upload } from "../support/gallery.js";
import { expect, fillInSignIn, somebody, test } from "../support/test.js";

const FILE = bytes("slow.bin", 200_000);

test("a cancelled upload leaves nothing behind, and can be retried", async ({ home, server, watch }) => {
  // Taken, and never answered.
  let held = 0;
  await home.route(`${server.storeOrigin}/**`, () => void (held += 1), { times: 1 });
  await choose(home, FILE);
  await expectState(home, FILE.name, "uploading");
  await expect.poll(() => held, "it is on its way to the store").toBe(1);
  // Before it sends again, it asks whether the file arrived after all.
  watch.announce(/ERR_ABORTED PUT/, /status of 404 .*save-metadata/);
  await row(home, FILE.name).getByRole("button", { name: "Cancel" }).click();
  await expectState(home, FILE.name, "cancelled");
  await expect(home.getByText("Nothing here yet")).toBeVisible();

  await row(home, FILE.name).getByRole("button", { name: "Retry" }).click();
  await expectState(home, FILE.name, "done");
  await expect(card(home, FILE.name)).toBeVisible();
});

test("a file that still waits can be cancelled", async ({ home, server, watch }) => {
  const first = Array.from({ length: 6 }, (_, number) => text(`${number + 1}.txt`));
  let held = 0;
  await home.route(`${server.storeOrigin}/**`, () => void (held += 1), { times: first.length });
  await choose(home, ...first, FILE);
  await expectWords(home, FILE.name, "Waiting");
  await expect.poll(() => held, "the others are on their way to the store").toBe(first.length);
  await row(home, FILE.name).getByRole("button", { name: "Cancel" }).click();
  await expectState(home, FILE.name, "cancelled");
  watch.announce(/ERR_ABORTED PUT/);
  for (const { name } of first) await row(home, name).getByRole("button", { name: "Cancel" }).click();
  for (const { name } of first) await expectState(home, name, "cancelled");
});

test("a store that cannot be reached is asked again, until it answers, by itself", async ({ home, server, watch }) => {
  await home.route(`${server.storeOrigin}/**`, (route) => route.abort("connectionrefused"), { times: 2 });
  watch.announce(
    /ERR_CONNECTION_REFUSED PUT/,
    /console: Failed to load resource: net::ERR_CONNECTION_REFUSED/,
    /status of 404 .*save-metadata/,
  );
  await choose(home, FILE);
  await expectState(home, FILE.name, "done");
  await expect(card(home, FILE.name)).toBeVisible();
});

test("a store that is away for now is asked again, until it is back, by itself", async ({ home, server, watch }) => {
  const headers = { "Access-Control-Allow-Origin": server.url };
  const statuses = [500, 503, 429];
  await home.route(
    `${server.storeOrigin}/**`,
    (route) =>
      route.fulfill({ status: statuses.shift() ?? 500, headers, contentType: "application/xml", body: "<Error/>" }),
    { times: statuses.length },
  );
  watch.announce(/status of 500/, /status of 503/, /status of 429/, /status of 404 .*save-metadata/);
  await choose(home, FILE);
  await expectState(home, FILE.name, "done");
  await expect(card(home, FILE.name)).toBeVisible();
});

test("a store that goes on refusing is said in words, and a retry succeeds", async ({ home, server, watch }) => {
  const answer = {
    status: 403,
    headers: { "Access-Control-Allow-Origin": server.url },
    contentType: "application/xml",
    body: "<Error/>",
  };
  await home.route(`${server.storeOrigin}/**`, (route) => route.fulfill(answer));
  watch.announce(/status of 403/, /status of 404 .*save-metadata/);
  await choose(home, FILE);
  await expectState(home, FILE.name, "failed");
  await expectWords(home, FILE.name, "Storage does not take the file.");
  await expect(
    home.getByRole("region", { name: "Upload" }).getByRole("heading", { name: "0 uploaded, 1 not" }),
  ).toBeVisible();

  await home.unrouteAll();
  await row(home, FILE.name).getByRole("button", { name: "Retry" }).click();
  await expectState(home, FILE.name, "done");
});

test("a store that keeps its refusals from scripts is said in words, and holds up no other file", async ({
  home,
  server,
  watch,
}) => {
  const refused = Array.from({ length: 4 }, (_, number) => text(`refused ${number}.txt`));
  // As R2 does: without the headers that let a script of this origin read it.
  const headers = { "Access-Control-Allow-Origin": "https://elsewhere.example" };
  await home.route(`${server.storeOrigin}/**refused*`, (route) =>
    route.request().method() === "PUT" ? route.fulfill({ status: 403, headers, body: "" }) : route.continue(),
  );
  watch.announce(/CORS policy/, /ERR_FAILED/, /status of 404 .*save-metadata/);
  await home.clock.install();
  await choose(home, ...refused, text("taken.txt"));
  await expectState(home, "taken.txt", "done");
  for (const { name } of refused) {
    await expectInTime(home, name, "failed");
    await expectWords(home, name, "Storage does not take the file.");
  }
  await home.unrouteAll();
  await home.getByRole("button", { name: "Retry all" }).click();
  for (const { name } of refused) await expectState(home, name, "done");
});

test("a store whose rules for pages are in the way is told with what they do not allow", async ({
  openServer,
  open,
  watch,
}) => {
  const server = await openServer({}, { open: async (store) => store, close: async () => {} });
  if (!server.bucket) throw new Error("The store is no process of its own.");
  const person = somebody("Ada Lovelace", "member");
  await server.createUser(person);
  const page = await open(null, { baseURL: server.url });
  await page.goto("/sign-in");
  await fillInSignIn(page, person);
  watch.announce(/CORS policy/, /ERR_FAILED/, /status of 404 .*save-metadata/);
  await allowOrigins(server.bucket, ["https://other.example"]);
  await choose(page, FILE);
  await expectWords(page, FILE.name, `do not allow the origin ${server.url}. Tell an administrator.`);
  await allowOrigins(server.bucket, [server.url]);
  await row(page, FILE.name).getByRole("button", { name: "Retry" }).click();
  await expectState(page, FILE.name, "done");
});

test("a page whose scripts are gone from the server says so", async ({ home, watch }) => {
  await home.route("**/hashing_worker.js", (route) => route.fulfill({ status: 404, body: "" }));
  watch.announce(/hashing_worker/);
  await choose(home, FILE);
  await expectState(home, FILE.name, "failed");
  await expectWords(home, FILE.name, "load the page again");
  await home.unrouteAll();
  await row(home, FILE.name).getByRole("button", { name: "Retry" }).click();
  await expectState(home, FILE.name, "done");
});

test("a file that is confirmed already is not sent again", async ({ home, server, watch }) => {
  let sent = 0;
  home.on("request", (request) => {
    if (request.method() === "PUT" && request.url().startsWith(server.storeOrigin)) sent += 1;
  });
  const headers = { "Access-Control-Allow-Origin": server.url };
  const key = home
    .waitForResponse((answer) => answer.url().endsWith("/presign-upload") && answer.ok())
    .then((answer) => answer.json())
    .then(({ objectKey }) => objectKey);
  // The first try is turned away; meanwhile the file arrives in another way, and is confirmed.
  await home.route(
    `${server.storeOrigin}/**`,
    async (route) => {
      await route.fetch();
      const answer = await home.request.post("/save-metadata", { data: { objectKey: await key } });
      expect(answer.ok(), await answer.text()).toBe(true);
      await route.fulfill({ status: 429, headers, body: "" });
    },
    { times: 1 },
  );
  watch.announce(/status of 429/, /status of 409 .*presign-upload/);
  await choose(home, FILE);
  await expectState(home, FILE.name, "done");
  expect(sent).toBe(1);
  await expect(card(home, FILE.name)).toHaveCount(1);
});

test("a lost answer to the confirmation is asked for again", async ({ home, watch }) => {
  await home.route("/save-metadata", (route) => route.abort("connectionreset"), { times: 1 });
  watch.announce(/ERR_CONNECTION_RESET POST .*save-metadata/, /console: .*ERR_CONNECTION_RESET .*save-metadata/);
  await upload(home, FILE);
});

test("a confirmation that was lost on its way back counts", async ({ home, watch }) => {
  await home.route(
    "/save-metadata",
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
  watch.announce(/ERR_CONNECTION_RESET POST .*save-metadata/, /console: .*ERR_CONNECTION_RESET .*save-metadata/);
  await upload(home, FILE);
  await expect(card(home, FILE.name)).toHaveCount(1);
});

test("an app that does not answer is asked again by itself", async ({ home, watch }) => {
  await home.route("/presign-upload", (route) => route.abort("connectionrefused"), { times: 2 });
  watch.announce(/ERR_CONNECTION_REFUSED POST .*presign-upload/, /console: .*ERR_CONNECTION_REFUSED .*presign-upload/);
  await choose(home, FILE);
  await expectState(home, FILE.name, "done");
  await expect(card(home, FILE.name)).toBeVisible();
});

test("what goes wrong with many that are asked for together is wrong with none of them for good", async ({
  home,
  server,
  watch,
}) => {
  const answers = [
    { status: 503, json: { success: false, error: "away", code: "store_unavailable" } },
    { status: 413, json: { success: false, error: "too much", code: "body_too_large" } },
    { status: 200, body: "<p>Sign in to this network.</p>" },
    { status: 200, json: { success: true } },
  ];
  for (const call of ["presign-upload", "save-metadata"]) {
    let asked = 0;
    await home.route(`${server.url}/${call}/batch`, async (route) => {
      const answer = answers[asked];
      asked += 1;
      if (answer) await route.fulfill(answer);
      else await route.continue();
    });
  }
  watch.allow(/status of 503/, /status of 413/);
  const files = Array.from({ length: 40 }, (_, number) => text(`${number}.txt`));
  await choose(home, ...files);
  await expect(home.getByRole("heading", { name: "40 uploaded" })).toBeVisible({ timeout: 60_000 });
  await home.reload();
  await expect(home.getByText("40 files", { exact: true })).toBeVisible();
});

test("what is in the store when the page goes away is confirmed by its last word", async ({ home, server, watch }) => {
  await home.route(`${server.url}/save-metadata`, (route) => route.fulfill({ status: 503, json: {} }));
  watch.announce(/status of 503 .*save-metadata/);
  await choose(home, FILE);
  await expectWords(home, FILE.name, "Cloakroom does not answer.");
  home.on("dialog", (dialog) => void dialog.accept());
  await home.goto("about:blank");
  // By nobody's page, as that would ask for it itself.
  const isListed = async () => (await (await home.request.get("/")).text()).includes(FILE.name);
  await expect.poll(isListed).toBe(true);
});

test("one file's failure does not stop the others", async ({ home, watch }) => {
  // Asked for with others, its refusal is a part of an answer.
  watch.allow(/status of 422 .*presign-upload/);
  await choose(home, text("good.txt"), text("bad\u202E.txt"), text("better.txt"));
  await expectState(home, "good.txt", "done");
  await expectState(home, "better.txt", "done");
  await expectState(home, "bad\u202E.txt", "failed");
});
