// One tab sends a file; the others wait, and learn what became of it.
// @ts-check

/**
 * @template T
 * @param {string} name of what is done
 * @param {AbortSignal} signal
 * @param {() => void} waits
 * @param {(hasWaited: boolean) => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function alone(name, signal, waits, act) {
  // Without a secure context there are no locks, and nothing is kept that two tabs could share.
  if (!navigator.locks) return act(false);
  const lock = `cloakroom-upload:${name}`;
  const now = await navigator.locks.request(lock, { ifAvailable: true }, async (got) =>
    got ? { result: await act(false) } : null,
  );
  if (now) return now.result;
  waits();
  return navigator.locks.request(lock, { signal }, () => act(true));
}
