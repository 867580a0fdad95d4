// Whether all that Cloakroom stands on is well, and whether storage and its index agree: looked at, and put right, on one page.
import { text } from "../support/files.js";
import { uploadAsAProgram } from "../support/gallery.js";
import { expect, fillInSignIn, somebody, test } from "../support/test.js";

test("administrators check storage, compare it with its index and put right what differs", async ({
  open,
  openServer,
}) => {
  const server = await openServer();
  const person = somebody("Grace Hopper", "admin");
  await server.createUser(person);
  const admin = await open(null, { baseURL: server.url });
  await admin.goto("/sign-in");
  await fillInSignIn(admin, person);
  await uploadAsAProgram(admin, [text("notes.txt")]);
  await admin.getByRole("link", { name: "Admin" }).click();
  await admin.getByRole("navigation", { name: "Admin" }).getByRole("link", { name: "Storage" }).click();
  const checks = admin.getByRole("region", { name: "Checks" });
  await checks.getByRole("button", { name: "Check" }).click();
  await expect(checks.getByText("All is well.")).toBeVisible({ timeout: 15_000 });
  const list = checks.getByRole("list", { name: "Checks" });
  await expect(list.getByRole("listitem")).toHaveCount(20);
  await expect(list.getByText(`Pages of ${server.url} may upload and read, with all that they send.`)).toBeVisible();

  server.execute("UPDATE users SET used_bytes = used_bytes + 7");
  const comparison = admin.getByRole("region", { name: "Storage and its index" });
  await comparison.getByRole("button", { name: "Compare" }).click();
  await expect(comparison.getByText("Storage and index differ.")).toBeVisible({ timeout: 15_000 });
  const found = comparison.getByRole("list", { name: "Found" });
  await expect(found).toContainText("1 accounts whose used space is not the sum of their files: would be corrected");
  await comparison.getByRole("button", { name: "Put right" }).click();
  await expect(comparison.getByText("What differed was put right.")).toBeVisible({ timeout: 15_000 });
  await expect(found).toContainText("not the sum of their files: corrected");
  await expect(comparison.getByRole("button", { name: "Put right" })).toBeHidden();
  await comparison.getByRole("button", { name: "Compare" }).click();
  await expect(comparison.getByText("Storage and index agree.")).toBeVisible({ timeout: 15_000 });
  await admin.goto("/admin/events");
  await expect(admin.getByRole("cell", { name: "Began to put storage and its index right" })).toBeVisible();
  await expect(admin.getByRole("cell", { name: "Began to compare storage with its index" })).toHaveCount(2);
});
