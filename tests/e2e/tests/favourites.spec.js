// Favourites: given by the bar, by the menu, by a key and in the viewer, found by their chip, and taken back.
import { text } from "../support/files.js";
import { box, card, list, uploadAsAProgram, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("files become favourites where they lie and where they are looked at, and are found by their chip", async ({
  home,
}) => {
  await uploadAsAProgram(home, [text("1.txt"), text("2.txt"), text("3.txt")]);
  await home.reload();
  const starred = home.locator("[data-starred]");
  await expect(home.getByLabel("Favourites")).toHaveCount(0);
  await box(home, "1.txt").check();
  await box(home, "2.txt").check();
  await home.getByRole("button", { name: "Favourite", exact: true }).click();
  await expect(home.getByText("2 files are among your favourites.")).toBeVisible();
  await expect(starred).toHaveCount(2);
  await expect(card(home, "1.txt")).toHaveAccessibleDescription(/, favourite$/);
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(starred).toHaveCount(0);

  // By a key, on the one that has the focus; a second time, it is none any more.
  await card(home, "2.txt").focus();
  await home.keyboard.press("f");
  await expect(home.getByText("“2.txt” is among your favourites.")).toBeVisible();
  await expect(starred).toHaveCount(1);

  await card(home, "3.txt").click();
  const star = viewer(home).getByRole("button", { name: "Favourite" });
  await expect(star).toHaveAttribute("aria-pressed", "false");
  await home.keyboard.press("f");
  await expect(star).toHaveAttribute("aria-pressed", "true");
  await home.keyboard.press("Escape");
  await expect(starred).toHaveCount(2);

  await home.reload();
  await home.getByRole("button", { name: "Filter" }).click();
  await home.getByLabel("Favourites").check();
  await expect(list(home).getByRole("link")).toHaveCount(2);
  await expect(home).toHaveURL("/?starred=yes");
  await box(home, "3.txt").check();
  await home.getByRole("button", { name: "Not a favourite" }).click();
  await expect(list(home).getByRole("link")).toHaveCount(1);
  await home.getByLabel("Favourites").uncheck();
  await expect(list(home).getByRole("link")).toHaveCount(3);
});

test("a star that does not arrive is not shown as given", async ({ home, watch }) => {
  await uploadAsAProgram(home, [text("1.txt")]);
  await home.reload();
  await card(home, "1.txt").click();
  watch.announce(/ERR_FAILED/);
  await home.route("**/files/favourites", (route) => route.abort("failed"));
  const star = viewer(home).getByRole("button", { name: "Favourite" });
  await star.click();
  await expect(home.getByText(/did not answer|no answer/i).first()).toBeVisible();
  await expect(star).toHaveAttribute("aria-pressed", "false");
});
