// One file's way through the queue: sent by this tab alone, until it has arrived, failed, or is let go.
// @ts-check
import { alone, ifFree, living } from "./alone.js";
import { UploadFailure } from "./failure.js";
import { CANCELLED, PAUSED } from "./item.js";
import { putAway } from "./same_names.js";

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
    item.answer = await alone(item.id, signal, elsewhere, () => transfer(queue, item));
    if (queue.items.length <= SPOKEN) queue.announce("file-done", { name: item.name });
  } catch (error) {
    end(queue, item, signal.aborted ? item.stopped : error);
  }
  queue.running.delete(item);
  item.isResting = false;
  item.isElsewhere = false;
  // Somebody may have let it go on while it was still stopping.
  if (item.state === "waiting") queue.pending.add(item);
  queue.next();
  queue.tell();
  const isAll =
    queue.running.size + queue.incoming.count === 0 &&
    queue.items.length > 1 &&
    queue.items.every(({ isOver }) => isOver);
  if (isAll) queue.announce("all-done", queue.counts());
}

/**
 * @param {Queue} queue
 * @param {Item} item
 */
async function transfer(queue, item) {
  const { file, size, lastModified, folder, handle, attempt, stop } = item;
  if (!file) throw new UploadFailure("unreadable");
  item.isElsewhere = false;
  item.note = "";
  // From now on it is this tab's.
  const left = await queue.memory.claim({ ...item.entry, tab: queue.tab.name });
  // Another tab has sent it since it was chosen here.
  const isThere = left?.isDone && left.at >= item.at;
  if (!left?.isDone) Object.assign(attempt, { ...left?.attempt, ...attempt });
  const job = { file, size, lastModified, folder, attempt, listener: listener(queue, item), signal: stop.signal };
  const answer = isThere ? item.answer : await queue.engine.transfer(handle ? { ...job, handle } : job);
  queue.engine.sight.keep(answer?.fileId, file);
  if (item.replaces && answer?.fileId) void putAway(item.replaces).then(() => queue.tell());
  item.replaces = undefined;
  item.sent = item.size;
  item.state = "done";
  if (isThere) return answer;
  queue.remember(item);
  queue.next();
  // Before another tab has its turn.
  await queue.memory.flush();
  return answer;
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
      item.isSent = state === "confirming" || (item.isSent && state === "waiting");
      item.note = "";
      item.isResting = false;
      // The line may be full now.
      if (state === "uploading") queue.next();
      else queue.show();
    },
    progress: (sent) => {
      item.progress(sent);
      queue.show();
    },
    begun: () => {
      queue.remember(item);
      void queue.memory.flush();
    },
    hashed: (checksum) => {
      const mark = JSON.stringify([item.folder, item.name, checksum]);
      if (queue.isSame(item, mark)) throw new UploadFailure("same");
    },
    seen: (thumbnail) => item.seen(thumbnail),
    waits: (why) => {
      item.state = why === "network" ? "offline" : "waiting";
      item.note = why === "network" ? "" : `waits-${why}`;
      item.isResting = why === "store";
      queue.next();
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
  const { id, attempt } = item;
  const isInParts = queue.engine.isInParts(item.size);
  if (isInParts) item.attempt = {};
  void ifFree(id, async () => {
    if (!(await isOurs(queue, id))) return;
    queue.memory.forget(id);
    if (isInParts) queue.engine.abandon(attempt);
  });
}

/**
 * What another tab sends, or will, is that tab's.
 * @param {Queue} queue
 * @param {string} id
 */
async function isOurs({ memory, tab }, id) {
  const left = await memory.find(id);
  return !left || left.tab === tab.name || !(await living()).has(left.tab);
}
