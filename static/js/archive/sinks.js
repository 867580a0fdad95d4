// Where an archive goes: into a file that somebody chooses, else by the service worker to the browser's downloads, else into memory.
// @ts-check

/**
 * @typedef {object} Sink
 * @property {number} most bytes of one archive
 * @property {(archive: ReadableStream<Uint8Array>, name: string, signal: AbortSignal) => Promise<void>} save
 */

/** What is kept in memory, and some browsers keep no more of. */
const IN_MEMORY = 2_000_000_000;
/** The worker answers sooner, or not at all, in milliseconds. */
const PATIENCE = 4_000;
/** A worker that nobody speaks to is ended, in milliseconds. */
const BEAT = 10_000;

/**
 * While the click lasts that asked for it. Null: somebody thought better of it.
 * @param {Document} page
 * @param {string} name
 * @returns {Promise<Sink | null>}
 */
export async function chooseSink(page, name) {
  const picker = /** @type {{showSaveFilePicker?: (options: object) => Promise<FileSystemFileHandle>}} */ (
    /** @type {unknown} */ (window)
  );
  if (picker.showSaveFilePicker) {
    try {
      const types = [{ accept: { "application/zip": [".zip"] } }];
      return intoFile(await picker.showSaveFilePicker({ suggestedName: name, types, startIn: "downloads" }));
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
    }
  }
  const worker = await findWorker(page).catch(() => null);
  return worker ? byWorker(page, worker) : intoMemory(page);
}

/**
 * @param {FileSystemFileHandle} handle
 * @returns {Sink}
 */
function intoFile(handle) {
  return {
    most: Infinity,
    save: async (archive, _, signal) => archive.pipeTo(await handle.createWritable(), { signal }),
  };
}

/** @param {Document} page */
async function findWorker(page) {
  const address = page.querySelector("[data-archive-worker]")?.getAttribute("data-archive-worker");
  if (!address || !isSecureContext || !navigator.serviceWorker) return null;
  // Some browsers say nothing where they refuse.
  if (!(await navigator.serviceWorker.register(address))) return null;
  const { active } = await inTime(navigator.serviceWorker.ready);
  // One of an earlier version, which lives on as long as its pages, knows nothing of archives.
  if (active) await offer(active, "", "");
  return active;
}

/**
 * Tells the worker of an archive, and waits until it knows.
 * @param {ServiceWorker} worker
 * @param {string} address
 * @param {string} name
 */
async function offer(worker, address, name) {
  const { port1: port, port2 } = new MessageChannel();
  const ready = new Promise((resolve) => port.addEventListener("message", resolve, { once: true }));
  port.start();
  worker.postMessage({ archive: address, name }, [port2]);
  await inTime(ready);
  return port;
}

/**
 * @param {Document} page
 * @param {ServiceWorker} worker
 * @returns {Sink}
 */
function byWorker(page, worker) {
  return {
    most: Infinity,
    save: async (archive, name, signal) => {
      const address = `/archives/${crypto.randomUUID()}`;
      const port = await offer(worker, address, name);
      const frame = Object.assign(page.createElement("iframe"), { hidden: true, src: address });
      const beat = setInterval(() => worker.postMessage("archive"), BEAT);
      const leave = () => port.postMessage("abort");
      addEventListener("pagehide", leave);
      try {
        // Where the browser makes no download of it, nobody asks for the first piece.
        const asked = new Promise((resolve) => port.addEventListener("message", resolve, { once: true }));
        const handed = handOver(archive.getReader(), port, signal);
        handed.catch(() => {});
        page.body.append(frame);
        await inTime(Promise.race([asked, handed]), 4 * PATIENCE);
        await handed;
      } finally {
        removeEventListener("pagehide", leave);
        clearInterval(beat);
        // Its download goes on until the worker has sent all.
        setTimeout(() => frame.remove(), PATIENCE);
      }
    },
  };
}

/**
 * A piece whenever one is asked for, so that none waits in memory.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {MessagePort} port
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function handOver(reader, port, signal) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {unknown} */ reason) => {
      port.postMessage("abort");
      void reader.cancel(reason).catch(() => {});
      reject(reason);
    };
    signal.addEventListener("abort", () => fail(signal.reason));
    port.addEventListener("message", async ({ data }) => {
      if (data !== "next") return fail(new DOMException("the browser's download was cancelled", "AbortError"));
      try {
        const { done, value } = await reader.read();
        if (done) port.postMessage("end");
        else port.postMessage(value);
        if (done) resolve();
      } catch (error) {
        fail(error);
      }
    });
  });
}

/**
 * @param {Document} page
 * @returns {Sink}
 */
function intoMemory(page) {
  return {
    most: IN_MEMORY,
    save: async (archive, name, signal) => {
      const blob = await new Response(archive, { headers: { "Content-Type": "application/zip" } }).blob();
      signal.throwIfAborted();
      const url = URL.createObjectURL(blob);
      Object.assign(page.createElement("a"), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), BEAT * 6);
    },
  };
}

/**
 * @template T
 * @param {Promise<T>} something
 * @param {number} [patience] in milliseconds
 * @returns {Promise<T>}
 */
function inTime(something, patience = PATIENCE) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("nobody answers")), patience));
  return /** @type {Promise<T>} */ (Promise.race([something, late]));
}
