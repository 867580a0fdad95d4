// Another name for a file, over what is shown.
import { picture } from "../support/files.js";
import { card, expectToSee, upload, viewer } from "../support/gallery.js";
import { expect, test } from "../support/test.js";

test("a file is renamed where it is looked at, and Undo brings its name back", async ({ home, watch }) => {
  await upload(home, picture("IMG_0042.png"), picture("other.png"));
  await card(home, "IMG_0042.png").click();
  await viewer(home).getByRole("button", { name: "Details" }).click();
  await viewer(home).getByRole("button", { name: "Rename" }).click();
  const dialog = home.getByRole("dialog", { name: "Rename" });
  // The extension stays: what is typed takes the place of the rest.
  watch.announce(/status of 422 .*name/);
  await home.keyboard.type("a/b");
  await home.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).not.toBeEmpty();
  await dialog.getByLabel("Name").fill("Beach");
  await home.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expectToSee(home, "Beach.png");
  await expect(viewer(home).getByText("IMG_0042.png → Beach.png")).toBeVisible();
  await expect(home).toHaveTitle("Beach.png · Cloakroom");
  await home.keyboard.press("ControlOrMeta+z");
  await expectToSee(home, "IMG_0042.png");
  await home.keyboard.press("Escape");
  // From its menu in the list, whose card has the name at once.
  await card(home, "IMG_0042.png").click({ button: "right" });
  await home.getByRole("group", { name: "File", exact: true }).getByRole("button", { name: "Rename" }).click();
  await home.keyboard.type("Bay");
  await home.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await card(home, "IMG_0042.png").click({ button: "right" });
  await home.getByRole("group", { name: "File", exact: true }).getByRole("button", { name: "Rename" }).click();
  await home.keyboard.type("Bay");
  await home.keyboard.press("Enter");
  await expect(card(home, "Bay.png")).toBeFocused();
  await expect(card(home, "IMG_0042.png")).toHaveCount(0);
});
