// One tab sends a file; the others wait, and learn what became of it.
// @ts-check

const LOCK = "cloakroom-upload:";

/**
 * @template T
 * @param {string} name of what is done
 * @param {AbortSignal} signal
 * @param {() => void} waits
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function alone(name, signal, waits, act) {
  // Without a secure context there are no locks, and nothing is remembered that two tabs could share.
  if (!navigator.locks) return act();
  const lock = LOCK + name;
  const now = await navigator.locks.request(lock, { ifAvailable: true }, async (got) =>
    got ? { result: await act() } : null,
  );
  if (now) return now.result;
  waits();
  return navigator.locks.request(lock, { signal }, act);
}

/**
 * Does something unless another tab sends the file.
 * @param {string} name
 * @param {() => Promise<void>} act
 */
export async function ifFree(name, act) {
  if (!navigator.locks) return act();
  await navigator.locks.request(LOCK + name, { ifAvailable: true }, async (got) => (got ? act() : undefined));
}

/** The names of the locks that are held, as those of tabs are while they live. */
export async function living() {
  const locks = await navigator.locks?.query();
  return new Set(locks?.held?.filter(({ mode }) => mode === "exclusive").map(({ name }) => name));
}

/**
 * Once nobody holds a lock any more. Shared: whoever only waited for it is not taken for its holder.
 * @param {string} name
 */
export async function ended(name) {
  await navigator.locks.request(name, { mode: "shared" }, () => {});
}
