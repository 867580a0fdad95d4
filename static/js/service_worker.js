// Stands between our pages and the network: keeps assets, says when there is no network, and takes what other apps share.
// A classic script without imports, as not every browser takes a module here; the server puts in front what it has to know.
// @ts-check

/**
 * @typedef {{assets: string, offline: string, share: string, shared: string, signOut: string, bytes: string[]}} Places
 * @typedef {Event & {waitUntil: (work: Promise<unknown>) => void}} LastingEvent
 * @typedef {LastingEvent & {request: Request, respondWith: (answer: Promise<Response>) => void}} FetchEvent
 * @typedef {LastingEvent & MessageEvent<"shared" | "archive" | number[] | Archive>} Message
 *
 * What a page makes, piece by piece, at an address that it chose.
 * @typedef {{archive: string, name: string}} Archive
 *
 * What another app shared, until a page takes it.
 * @typedef {object} Shared
 * @property {number} key
 * @property {File | null} file null: there was one that could not be kept
 * @property {number} at
 */

const places = /** @type {{places: Places}} */ (/** @type {unknown} */ (self)).places;
const OURS = "cloakroom-assets:";
const CACHE = OURS + places.assets;
const STORE = "files";
/** So many files wait here at most: any page can send us some. */
const MOST = 200;
/** Each goes to the first who asks for its address. @type {Map<string, {name: string, port: MessagePort}>} */
const archives = new Map();
/** What nobody took for so long was not meant, in milliseconds. */
const KEPT = 24 * 3600 * 1000;

// A new version waits until the last page of the old one is closed, as browsers do it by themselves: a page that lives on then
// finds, with the old worker, the scripts that it has not loaded yet. A page of the new version gets on with either, as each
// worker knows the assets of its own version by their address and leaves all others alone.
addEventListener("install", (event) => /** @type {LastingEvent} */ (event).waitUntil(prepare()));
addEventListener("activate", (event) => /** @type {LastingEvent} */ (event).waitUntil(forgetOldVersions()));
addEventListener("fetch", (event) => answer(/** @type {FetchEvent} */ (event)));
addEventListener("message", (event) => hear(/** @type {Message} */ (event)));

/** Keeps the page without a network, and what it needs. */
async function prepare() {
  const page = await fetch(places.offline, { credentials: "omit", cache: "no-store" });
  if (!page.ok) throw new Error(`${places.offline}: ${page.status}`);
  const cache = await caches.open(CACHE);
  const words = await page.clone().text();
  const needed = new Set(
    [...words.matchAll(/="([^"]+)"/g)]
      .map(([, value]) => value ?? "")
      .filter((value) => value.startsWith(places.assets)),
  );
  // Without one of them it is plainer, and all the same there.
  await Promise.all([...needed].map((address) => cache.add(address).catch(() => {})));
  await cache.put(places.offline, page);
}

async function forgetOldVersions() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/**
 * Whatever is not named here goes its way as if there were no worker.
 * @param {FetchEvent} event
 */
function answer(event) {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== location.origin) return;
  const isPage = request.mode === "navigate" && request.destination === "document";
  if (request.method === "POST" && isPage) {
    if (pathname === places.share) event.respondWith(take(request));
    // What nobody has taken is not left to who comes next.
    if (pathname === places.signOut) event.waitUntil(inStore((store) => store.clear()).catch(() => {}));
  }
  if (request.method !== "GET" || request.headers.has("Range")) return;
  const archive = archives.get(pathname);
  if (archive) {
    archives.delete(pathname);
    event.respondWith(Promise.resolve(download(archive)));
    return;
  }
  if (pathname.startsWith(places.assets) && search === "") event.respondWith(asset(event));
  else if (isPage && !places.bytes.some((end) => pathname.endsWith(end))) event.respondWith(page(request));
}

/** @param {FetchEvent} event */
async function asset(event) {
  const { request } = event;
  const found = await caches.match(request, { cacheName: CACHE, ignoreVary: true }).catch(() => undefined);
  if (found) return found;
  const answered = await fetch(request);
  if (answered.status === 200) event.waitUntil(keepAsset(request, answered.clone()));
  return answered;
}

/**
 * A browser that has no room left asks for it again.
 * @param {Request} request
 * @param {Response} answered
 */
async function keepAsset(request, answered) {
  const kept = caches.open(CACHE).then((cache) => cache.put(request, answered));
  await kept.catch(() => {});
}

/**
 * Its answer, whatever it says, or that there is none. It is never kept.
 * @param {Request} request
 */
async function page(request) {
  const headers = new Headers(request.headers);
  // As if a page swapped it in: of what we ask for, browsers say no more that somebody goes there and sees what was just done.
  headers.set("HX-Boosted", "true");
  try {
    return await fetch(request, { headers });
  } catch {
    return (await caches.match(places.offline, { cacheName: CACHE })) ?? Response.error();
  }
}

/**
 * Keeps what is shared until a page of somebody who is signed in asks for it, and leads to that page.
 * @param {Request} request
 */
async function take(request) {
  const form = await request.formData().catch(() => null);
  const files = [...(form?.values() ?? [])].filter((field) => field instanceof File).filter(({ name }) => name !== "");
  const room = MOST - (await inStore((store) => store.count()).catch(() => 0));
  let isShort = form === null || files.length > room;
  for (const file of files.slice(0, Math.max(0, room))) if (!(await keep(file))) isShort = true;
  if (isShort) await keep(null);
  return Response.redirect(places.shared, 303);
}

/**
 * One by one, so that what does not fit takes nothing with it.
 * @param {File | null} file
 */
async function keep(file) {
  return inStore((store) => store.add({ file, at: Date.now() })).then(
    () => true,
    () => false,
  );
}

/** @param {Message} event */
function hear(event) {
  const { data, ports } = event;
  // So that it is not ended while a download goes on.
  if (data === "archive") return;
  if (typeof data === "object" && "archive" in data) keepArchive(data, ports[0]);
  else if (data === "shared") event.waitUntil(listShared().then((shared) => ports[0]?.postMessage(shared)));
  else event.waitUntil(forget(data));
}

/**
 * @param {Archive} archive
 * @param {MessagePort | undefined} port of the page that makes it
 */
function keepArchive({ archive, name }, port) {
  if (!port) return;
  if (archive) archives.set(archive, { name, port });
  port.postMessage("ready");
}

/**
 * Asks for each piece once there is room for it.
 * @param {{name: string, port: MessagePort}} archive
 */
function download({ name, port }) {
  /** @type {ReadableStream<Uint8Array>} */
  const body = new ReadableStream({
    pull: (controller) =>
      new Promise((resolve) => {
        port.onmessage = ({ data }) => {
          if (data === "end") controller.close();
          else if (data === "abort") controller.error(new Error("the page gave it up"));
          else controller.enqueue(data);
          resolve();
        };
        port.postMessage("next");
      }),
    cancel: () => port.postMessage("cancelled"),
  });
  // https://www.rfc-editor.org/rfc/rfc5987
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const disposition = `attachment; filename="archive.zip"; filename*=UTF-8''${encoded}`;
  return new Response(body, { headers: { "Content-Type": "application/zip", "Content-Disposition": disposition } });
}

/** @returns {Promise<Shared[]>} */
async function listShared() {
  const all = /** @type {Shared[]} */ (await inStore((store) => store.getAll()).catch(() => []));
  const isOld = (/** @type {Shared} */ { at }) => Date.now() - at > KEPT;
  await forget(all.filter(isOld).map(({ key }) => key));
  return all.filter((shared) => !isOld(shared));
}

/** @param {number[]} keys */
async function forget(keys) {
  for (const key of keys) await inStore((store) => store.delete(key)).catch(() => {});
}

/**
 * @template T
 * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T>}
 */
async function inStore(ask) {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, "readwrite");
    const asked = ask(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return asked.result;
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("cloakroom-shared", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
