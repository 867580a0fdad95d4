// What a person can do in the dock: with one file, and with all.
// @ts-check
import { chosen } from "./folders.js";
import { CANCELLED, PAUSED } from "./item.js";
import { letGo } from "./journey.js";
import { rejoin, reopen } from "./resume.js";

/**
 * @typedef {import("./queue.js").UploadQueue} Queue
 * @typedef {import("./item.js").Item} Item
 */

/** Whoever stops more than this is asked once, in bytes. */
const MUCH = 100_000_000;

/** @param {Queue} queue */
export function startActions(queue) {
  const again = queue.dock.part("again");
  queue.section.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const { action, queueAction } = button?.dataset ?? {};
    const item = queue.dock.itemOf(button);
    if (item && action) forOne(queue, item)[action]?.();
    if (queueAction) forAll(queue)[queueAction]?.();
    if (item || queueAction) queue.next();
    if (action === "choose" || queueAction === "choose") again.click();
  });
  // Who looks at what has arrived has read its ticket, and finds the newest above.
  queue.dock.part("open")?.addEventListener("click", () => {
    forAll(queue)["clear"]?.();
    queue.next();
    scrollTo({ top: 0, behavior: "instant" });
  });
  again.addEventListener("change", () => {
    if (!(again instanceof HTMLInputElement)) return;
    const lost = queue.items.filter(({ isLost }) => isLost);
    for (const found of [...(again.files ?? [])].map(chosen)) {
      const item = lost.find((one) => rejoin(one, found));
      if (item) queue.pending.add(item);
      else queue.announce("another", { name: found.file.name });
    }
    again.value = "";
    queue.next();
  });
}

/**
 * @param {Queue} queue
 * @param {Item} item
 * @returns {Record<string, () => void>}
 */
function forOne(queue, item) {
  const retry = () => {
    item.renew();
    item.isFinal = false;
    queue.remember(item);
    queue.pending.add(item);
    queue.engine.network.wake();
  };
  return {
    retry,
    cancel: () => cancel(queue, item),
    pause: () => pause(queue, item),
    dismiss: () => {
      if (item.state !== "done") letGo(queue, item, "cancelled");
      queue.drop([item]);
    },
    continue: () => {
      if (!item.isLost) return retry();
      void reopen(item, "request").then((isOpen) => {
        if (isOpen) queue.pending.add(item);
        queue.next();
      });
    },
    "upload-again": () => {
      item.isWanted = true;
      retry();
    },
  };
}

/**
 * @param {Queue} queue
 * @returns {Record<string, () => void>}
 */
function forAll(queue) {
  const { dock, engine, items } = queue;
  const ask = (/** @type {boolean} */ isAsked) => {
    dock.part("question").hidden = !isAsked;
    if (isAsked) dock.part("keep").focus();
  };
  const each = (/** @type {(item: Item) => boolean} */ is, /** @type {string} */ action) => {
    for (const item of items.filter(is)) forOne(queue, item)[action]?.();
  };
  const cancelAll = () => {
    ask(false);
    queue.incoming.finish();
    for (const item of items) cancel(queue, item);
  };
  return {
    "cancel-all": () => {
      queue.incoming.finish();
      const left = items.filter(({ isOver }) => !isOver).reduce((sum, { size }) => sum + size, 0);
      if (left > MUCH) ask(true);
      else cancelAll();
    },
    "cancel-all-now": cancelAll,
    keep: () => ask(false),
    "pause-all": () => {
      queue.incoming.finish();
      items.forEach((item) => pause(queue, item));
    },
    "continue-all": () =>
      each(
        ({ state, note, isLost, handle }) => state === "paused" && note !== "same" && (!isLost || !!handle),
        "continue",
      ),
    "retry-all": () => {
      each(({ state, isFinal }) => state === "failed" && !isFinal, "retry");
      engine.network.wake();
    },
    // What went wrong stays until it was seen.
    clear: () => queue.drop(items.filter(({ state }) => state === "done" || state === "cancelled")),
    fold: () => dock.fold(!dock.isFolded),
    done: () => dock.toggleDone(),
  };
}

/**
 * @param {Queue} queue
 * @param {Item} item
 */
function cancel(queue, item) {
  // What is confirmed already has arrived.
  if (item.isOver || item.state === "confirming") return;
  if (queue.running.has(item)) item.halt(CANCELLED);
  else letGo(queue, item, "cancelled");
}

/**
 * @param {Queue} queue
 * @param {Item} item
 */
function pause(queue, item) {
  if (!item.isUnderWay || item.state === "confirming") return;
  if (queue.running.has(item)) item.halt(PAUSED);
  item.state = "paused";
  item.note = "";
}
