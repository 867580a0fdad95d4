// What every page does around its content: the window's colour, a button whose form is on its way, and how full one's space is.
import { text } from "../support/files.js";
import { choose, expectState, expectWords, uploadAsAProgram } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("the window around the page has the colour of the appearance that a person chose", async ({ home }) => {
  await home.emulateMedia({ colorScheme: "light" });
  const around = () =>
    home.evaluate(() =>
      [...document.querySelectorAll("meta[name=theme-color]")]
        .filter((meta) => meta instanceof HTMLMetaElement && matchMedia(meta.media).matches)
        .map((meta) => meta.getAttribute("content")),
    );
  const ground = () => home.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--ground"));
  const [day] = await around();
  await home.goto("/account");
  await home.getByRole("group", { name: "Appearance" }).getByText("Dark").click();
  await expect.poll(around).not.toEqual([day]);
  const [night] = await around();
  expect(await ground()).toContain(night ?? "no colour");
  await home.reload();
  expect(await around(), "from the beginning").toEqual([night]);
  await home.emulateMedia({ colorScheme: "dark" });
  await home.getByRole("group", { name: "Appearance" }).getByText("Light").click();
  await expect.poll(around).toEqual([day]);
  await home.getByRole("group", { name: "Appearance" }).getByText("System").click();
  await expect.poll(around).toEqual([night]);
});

test("a button whose form is on its way says so and keeps its width", async ({ home }) => {
  await uploadAsAProgram(home, [text("notes.txt")]);
  let answer = () => {};
  const gate = new Promise((resolve) => (answer = () => resolve(undefined)));
  await home.goto("/account");
  await home.route("/account/name", async (route) => {
    await gate;
    await route.continue();
  });
  const save = home.getByRole("button", { name: "Save" });
  const width = async () => (await save.boundingBox())?.width;
  const before = await width();
  await save.click();
  await expect(save).toHaveAttribute("aria-busy", "true");
  expect(await width()).toBe(before);
  answer();
  await expect(home.getByText("Your name was changed.")).toBeVisible();
  await expect(save).not.toHaveAttribute("aria-busy");

  await home.goto("/");
  await home.getByRole("checkbox", { name: "Select notes.txt" }).check();
  await home.route("/files/trash", async (route) => {
    await expect.poll(turning).toBeGreaterThan(0);
    await route.continue();
  });
  const trash = home.getByRole("button", { name: "Trash", exact: true });
  const turning = () =>
    trash.locator("svg").evaluate((icon) => icon.getAnimations().filter((one) => one.playState === "running").length);
  await trash.click();
  await expect(home.getByText("“notes.txt” is in the trash.")).toBeVisible();
});

test("a full space says so wherever it is shown, and so does Upload", async ({
  home,
  person,
  open,
  createPerson,
  watch,
}) => {
  await uploadAsAProgram(home, [text("notes.txt", "x".repeat(950))]);
  const admin = await open(await createPerson("admin"));
  await admin.goto(`/admin/users?name=${person.email}`);
  await admin.getByRole("link", { name: person.email }).click();
  await expect(admin.getByRole("textbox", { name: "Space" })).toBeVisible();
  const page = admin.url();
  for (const [space, words] of [
    ["1 KB", "Nearly full"],
    ["900 B", "Full"],
  ]) {
    await admin.goto(page);
    await admin.getByRole("textbox", { name: "Space" }).fill(space ?? "");
    await admin.getByRole("button", { name: "Change space" }).click();
    await expect(admin.getByText("The space was changed.")).toBeVisible();
    await home.goto("/account");
    await expect(home.getByText(words ?? "", { exact: true })).toHaveCount(3);
    await expect(home.getByRole("main").getByText(words ?? "", { exact: true })).toBeVisible();
    await expect(home.getByRole("navigation", { name: "Main" }).getByText(words ?? "", { exact: true })).toBeVisible();
  }
  await expect(home.getByLabel("Upload: choose files")).toHaveAccessibleDescription(/^Your space is full: .*trash/);
  watch.announce(/status of 413 .*presign/);
  await choose(home, text("more.txt"));
  await expectState(home, "more.txt", "failed");
  await expectWords(home, "more.txt", "Empty the trash, or ask an administrator for more.");
  await home.setViewportSize({ width: 390, height: 844 });
  const place = home.getByLabel("Take the place out");
  await place.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
  await home.getByRole("button", { name: "You" }).click();
  const menu = home.locator("#account-menu");
  await expect(menu.getByText("Full", { exact: true })).toBeVisible();
  // A tap beside it closes it, and does nothing to what is there.
  const at = await place.boundingBox();
  await home.mouse.click((at?.x ?? 0) + 5, (at?.y ?? 0) + 5);
  await expect(menu).toBeHidden();
  await expect(place).not.toBeChecked();
});
