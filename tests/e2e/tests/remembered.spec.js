// What a browser remembers of files that are not finished, as its tabs write it down.
import { expect, test } from "../support/test.js";

/** @typedef {import("../../../static/js/upload/memory.js").Entry} Entry */

test("what is written late of a file does not undo that another tab has sent it", async ({ home }) => {
  const kept = await withMemory(home, async (Memory, entry) => {
    const memory = new Memory("anybody");
    memory.keep({ ...entry, at: 100, isDone: true });
    await memory.flush();
    memory.keep({ ...entry, at: 99 });
    const late = await memory.find("file");
    memory.keep({ ...entry, at: 101 });
    const anew = await memory.find("file");
    return [late?.isDone, anew?.isDone];
  });
  expect(kept).toEqual([true, false]);
});

test("of a file that two tabs chose, each knows what the other did", async ({ home }) => {
  const kept = await withMemory(home, async (Memory, entry) => {
    const [one, other] = [new Memory("anybody"), new Memory("anybody")];
    const at = Date.now();
    const [ours, theirs] = [
      { ...entry, at, tab: "one" },
      { ...entry, at, tab: "other" },
    ];
    one.keep(ours);
    const first = await one.claim(ours);
    one.keep({ ...ours, attempt: { objectKey: "begun" } });
    await one.flush();
    other.keep(theirs);
    const begun = await other.claim(theirs);
    one.keep({ ...ours, at: at + 1, isDone: true });
    await one.flush();
    const done = await other.claim(theirs);
    other.forget("file");
    const gone = await other.find("file");
    return [first, begun?.attempt, done?.isDone, gone, (await one.list()).length];
  });
  expect(kept).toEqual([undefined, { objectKey: "begun" }, true, undefined, 0]);
});

test("what is remembered of thousands that have come stays short, and what is unfinished among them is known", async ({
  home,
}) => {
  const [count, names] = await withMemory(home, async (Memory, entry) => {
    const memory = new Memory("anybody");
    const [now, long] = [Date.now(), Date.now() - 3_600_000];
    for (let number = 0; number < 6_000; number += 1) {
      const isOpen = number % 1_000 === 0;
      const one = { ...entry, id: `${number}`, name: `${number}.txt`, at: isOpen ? now : long, isDone: !isOpen };
      memory.keep({ ...one, attempt: { objectKey: `${number}` } });
      if (number % 500 === 0) await memory.flush();
    }
    await memory.list();
    await memory.list();
    const { changes } = await new Promise((resolve) => {
      indexedDB.open("cloakroom-uploads").onsuccess = ({ target }) => {
        const { result } = /** @type {IDBOpenDBRequest} */ (target);
        const all = result.transaction("journal").objectStore("journal").getAll();
        all.onsuccess = () => resolve({ changes: all.result.flatMap((page) => page.changes).length });
      };
    });
    return [changes, (await new Memory("anybody").list()).map(({ name }) => name)];
  });
  expect(count).toBeLessThan(100);
  expect(names.toSorted()).toEqual(["0.txt", "1000.txt", "2000.txt", "3000.txt", "4000.txt", "5000.txt"]);
});

test("what the version before remembered is still known", async ({ home }) => {
  const names = await withMemory(home, async (Memory, entry) => {
    const gone = indexedDB.deleteDatabase("cloakroom-uploads");
    await new Promise((resolve) => (gone.onsuccess = resolve));
    const before = indexedDB.open("cloakroom-uploads", 1);
    before.onupgradeneeded = () => before.result.createObjectStore("unfinished", { keyPath: "id" });
    await new Promise((resolve) => (before.onsuccess = resolve));
    const transaction = before.result.transaction("unfinished", "readwrite");
    transaction.objectStore("unfinished").put({ ...entry, name: "from before.txt", at: Date.now() });
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    before.result.close();
    return (await new Memory("anybody").list()).map(({ name }) => name);
  });
  expect(names).toEqual(["from before.txt"]);
});

/**
 * What comes of something that is done with what pages remember by, in a page.
 * @template T
 * @param {import("@playwright/test").Page} page
 * @param {(Memory: typeof import("../../../static/js/upload/memory.js").Memory, entry: Entry) => Promise<T>} act
 * @returns {Promise<T>}
 */
async function withMemory(page, act) {
  for (const name of ["memory.js", "journal.js"]) {
    const script = new URL(`../../../static/js/upload/${name}`, import.meta.url).pathname;
    await page.route(`**/${name}`, (route) => route.fulfill({ path: script, contentType: "text/javascript" }));
  }
  const facts = { id: "file", account: "anybody", name: "a.txt", type: "", size: 1, lastModified: 0, folder: "" };
  const entry = { ...facts, at: 0, attempt: {}, tab: "tab", isDone: false };
  return page.evaluate(`import("/memory.js").then(({ Memory }) => (${act})(Memory, ${JSON.stringify(entry)}))`);
}
