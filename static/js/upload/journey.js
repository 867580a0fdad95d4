// One file's way through the queue: sent by this tab alone, until it has arrived, failed, or is let go.
// @ts-check
import { alone } from "./alone.js";
import { UploadFailure } from "./failure.js";
import { CANCELLED, PAUSED } from "./item.js";

/**
 * @typedef {import("./queue.js").UploadQueue} Queue
 * @typedef {import("./item.js").Item} Item
 */

/** So many are spoken of one by one; of more, only what went wrong and the end. */
const SPOKEN = 3;

/**
 * @param {Queue} queue
 * @param {Item} item
 */
export async function send(queue, item) {
  queue.running.add(item);
  item.turn = queue.turns += 1;
  queue.tab.hold();
  const { signal } = item.stop;
  const elsewhere = () => {
    item.isElsewhere = true;
    item.note = "elsewhere";
    queue.next();
  };
  try {
    const lock = item.isWanted ? `${item.id}#${item.turn}` : item.id;
    item.answer = await alone(lock, signal, elsewhere, (hasWaited) => transfer(queue, item, hasWaited));
    arrive(queue, item);
  } catch (error) {
    end(queue, item, signal.aborted ? signal.reason : error);
  }
  queue.running.delete(item);
  item.isElsewhere = false;
  // Somebody may have let it go on while it was still stopping.
  if (item.state === "waiting") queue.pending.add(item);
  queue.next();
  queue.tell();
  if (queue.items.length > 1 && queue.items.every(({ isOver }) => isOver)) queue.announce("all-done", queue.counts());
}

/**
 * @param {Queue} queue
 * @param {Item} item
 * @param {boolean} hasWaited for another tab
 */
async function transfer(queue, item, hasWaited) {
  const { file, folder, handle, attempt, stop } = item;
  if (!file) throw new UploadFailure("unreadable");
  item.isElsewhere = false;
  item.note = "";
  if (hasWaited || queue.engine.isInParts(item.size)) {
    const left = await queue.memory.find(item.id);
    if (hasWaited && left?.isDone) return item.answer;
    if (!left?.isDone) Object.assign(attempt, { ...left?.attempt, ...attempt });
  }
  const job = { file, folder, attempt, listener: listener(queue, item), signal: stop.signal };
  return queue.engine.transfer(handle ? { ...job, handle } : job);
}

/**
 * @param {Queue} queue
 * @param {Item} item
 * @returns {import("./engine.js").Listener}
 */
function listener(queue, item) {
  return {
    state: (state) => {
      item.state = state;
      item.note = "";
      // The line may be full now.
      if (state === "uploading") queue.next();
      else queue.show();
    },
    progress: (sent) => {
      item.progress(sent);
      queue.show();
    },
    begun: () => queue.remember(item),
    hashed: (checksum) => {
      const mark = JSON.stringify([item.folder, item.name, checksum]);
      if (queue.isSame(item, mark)) throw new UploadFailure("same");
    },
    waits: (why) => {
      item.state = why === "network" ? "offline" : "waiting";
      item.note = why === "network" ? "" : `waits-${why}`;
      queue.show();
    },
    goesOn: () => {
      item.note = "";
      if (item.state === "offline") item.state = "waiting";
    },
  };
}

/**
 * @param {Queue} queue
 * @param {Item} item
 */
function arrive(queue, item) {
  item.sent = item.size;
  item.state = "done";
  // Another tab may wait for it.
  queue.remember(item);
  if (queue.items.length <= SPOKEN) queue.announce("file-done", { name: item.name });
}

/**
 * @param {Queue} queue
 * @param {Item} item
 * @param {unknown} error
 */
function end(queue, item, error) {
  if (error === PAUSED) item.state = item.state === "waiting" ? "waiting" : "paused";
  else if (error === CANCELLED) letGo(queue, item, "cancelled");
  else if (error instanceof UploadFailure && error.kind === "same") queue.hold(item, "same");
  else if (error instanceof UploadFailure) {
    const reason = error.words || queue.words.say(error.kind);
    if (error.isFinal) refuse(queue, item, reason);
    else fail(queue, item, reason);
  } else fail(queue, item, queue.words.say("unknown"));
}

/**
 * @param {Queue} queue
 * @param {Item} item
 * @param {string} reason
 */
function fail(queue, item, reason) {
  item.state = "failed";
  item.reason = reason;
  queue.announce("file-failed", { name: item.name, reason });
}

/**
 * The file itself is the reason, so that another attempt would end the same way.
 * @param {Queue} queue
 * @param {Item} item
 * @param {string} reason
 */
export function refuse(queue, item, reason) {
  item.isFinal = true;
  letGo(queue, item, "failed");
  fail(queue, item, reason);
}

/**
 * It is not gone on with, here or after a reload.
 * @param {Queue} queue
 * @param {Item} item
 * @param {import("./engine.js").State} state
 */
export function letGo(queue, item, state) {
  item.state = state;
  // What another tab sends is that tab's to remember.
  if (!item.isElsewhere) queue.memory.forget(item.id);
  if (!queue.engine.isInParts(item.size)) return;
  queue.engine.abandon(item.attempt);
  item.attempt = {};
}
