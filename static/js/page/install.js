// Registers the service worker, which makes an app of the site that can be installed.
// @ts-check

/**
 * Only pages of somebody who is signed in have its address. After everything else, which it would only delay.
 * @param {Document} page
 */
export function startInstalling(page) {
  const address = page.querySelector("[data-service-worker]")?.getAttribute("data-service-worker");
  if (!address || !isSecureContext || !navigator.serviceWorker) return;
  // A browser that keeps nothing, as in a private window, refuses; nothing here needs it.
  const register = () => void navigator.serviceWorker.register(address).catch(() => {});
  if (page.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
