// The whole way in browsers other than Chromium: in, files up, found again, looked at; and what comes in between.
import { createCipheriv, createHash } from "node:crypto";
import { join } from "node:path";
import { onDisk } from "../support/disk.js";
import { picture, text } from "../support/files.js";
import { somebody } from "../support/test.js";
import { expect, skipWithoutBrowser, test } from "./test.js";

/** @typedef {import("./line.js").Line} Line */

/** In parts of 8 MiB, ten of them. */
const FILM = noise(80 * 1024 * 1024);

test.beforeEach(({ kind }) => skipWithoutBrowser({ kind }));

test("the first account is made, brings three files, finds one, and looks at it", async ({ stranger, server }) => {
  const admin = somebody("Grace Hopper", "admin");
  await stranger.browser.goTo(await server.setUpLink());
  await stranger.write("Name", admin.name);
  await stranger.write("Email", admin.email);
  await stranger.write("Password", admin.password);
  await stranger.press("Create account");
  await stranger.expectHeading("Files");
  await stranger.press(admin.name);
  await stranger.press("Sign out");
  await stranger.expectHeading("Sign in");
  await stranger.signIn(admin);

  const files = [picture("beach.png", { width: 800, height: 600 }), picture("beach 2.png"), text("notes.txt")];
  await onDisk(Object.fromEntries(files.map(({ name, buffer }) => [name, buffer])), async (folder) => {
    await stranger.choose(...files.map(({ name }) => join(folder, name)));
    for (const { name } of files) await stranger.expectState(name, "done");
  });
  await stranger.expectFiles("beach.png", "beach 2.png", "notes.txt");
  await stranger.expectThumbnail("beach.png", 512);
  await stranger.expectThumbnail("beach 2.png", 64);
  await stranger.write("Search files", "beach");
  await stranger.expectAddress("/?name=beach");
  await stranger.expectFiles("beach.png", "beach 2.png");
  const [first = "", second = ""] = await stranger.files();
  await stranger.press(first);
  await stranger.expectToSee(first);
  await stranger.press(`Next: ${second}`);
  await stranger.expectToSee(second);
  await stranger.browser.back();
  await stranger.expectAddress("/?name=beach");
  await stranger.expectToSee("");
  await stranger.expectFiles("beach.png", "beach 2.png");
});

test("a large file arrives over a line that breaks and a page that is loaded anew", async ({ member, line }) => {
  await onDisk({ "film.bin": FILM, "small.bin": "small" }, async (folder) => {
    line.answered = () => void (arrived(line).length === 3 && line.cut());
    await member.choose(join(folder, "film.bin"), join(folder, "small.bin"));
    await member.expectState("film.bin", "offline");
    await member.expectWords("film.bin", "Waiting for the network");

    line.answered = () => {};
    line.holds = letting(6, arrived(line));
    await line.open();
    await member.expectState("small.bin", "done");
    await expect.poll(() => new Set(arrived(line)).size, { message: "parts arrive again" }).toBe(6);
    await expect.poll(() => line.held, { message: "others are on their way" }).toBeGreaterThan(0);
    const before = arrived(line);
    await member.browser.reload();
    line.holds = () => false;
    await member.expectState("film.bin", "paused");
    await member.expectWords("film.bin", "Choose it again to go on.");

    await member.choose(join(folder, "film.bin"));
    await member.expectState("film.bin", "done");
    const after = arrived(line).slice(before.length);
    expect(after.length, "what was missing").toBeGreaterThan(0);
    expect(
      after.filter((one) => before.includes(one)),
      "what was there",
    ).toEqual([]);
  });
  await member.expectFiles("film.bin", "small.bin");
  expect(await member.hash("film.bin")).toBe(createHash("sha256").update(FILM).digest("hex"));
});

test("a large file that is cancelled leaves nothing in the store", async ({ member, line }) => {
  await onDisk({ "film.bin": FILM }, async (folder) => {
    line.holds = letting(2);
    await member.choose(join(folder, "film.bin"));
    await expect.poll(() => line.held, { message: "it is on its way" }).toBeGreaterThan(0);
    await member.press("Cancel film.bin");
    await member.expectState("film.bin", "cancelled");
    const given = () => line.exchanges.filter(({ method }) => method === "DELETE").map(({ status }) => status);
    await expect.poll(given, { message: "the parts are given up" }).toEqual([204]);
  });
  await member.expectFiles();
});

test("a folder is chosen with all that is in it", async ({ member }) => {
  await onDisk({ "trip/a.txt": "a", "trip/inner/b.txt": "b", "trip/inner/deep/c.txt": "c" }, async (folder) => {
    await member.chooseFolder(folder, "trip/a.txt", "trip/inner/b.txt", "trip/inner/deep/c.txt");
    for (const name of ["a.txt", "b.txt", "c.txt"]) await member.expectState(name, "done");
  });
  await member.browser.goTo(`${member.server.url}/?view=list&within=everywhere`);
  await member.expectFolder("a.txt", "trip");
  await member.expectFolder("b.txt", "trip/inner");
  await member.expectFolder("c.txt", "trip/inner/deep");
});

/**
 * The parts that the store took, in that order.
 * @param {Line} line
 */
function arrived(line) {
  return line.exchanges
    .filter(({ method, status }) => method === "PUT" && status === 200)
    .flatMap(({ url }) => part(url) || []);
}

/**
 * Holds back all parts but so many.
 * @param {number} count
 * @param {number[]} [before] that have arrived
 * @returns {Line["holds"]}
 */
function letting(count, before = []) {
  const through = new Set(before);
  return (method, url) => {
    if (method !== "PUT" || part(url) === 0) return false;
    if (through.size < count) through.add(part(url));
    return !through.has(part(url));
  };
}

/** @param {URL} url */
function part(url) {
  return Number(url.searchParams.get("partNumber"));
}

/**
 * Bytes without a pattern, always the same.
 * @param {number} size
 */
function noise(size) {
  return createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(size));
}
