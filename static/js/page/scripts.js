// Where a script of ours is that is loaded when it is used.
// @ts-check

/**
 * Browsers do not ask again for a module that did not come: under another address they do.
 * @param {string} name beside the page's own script, such as `upload/multipart.js`; the build has to know it: see `build.rs`
 * @param {number} tries that failed
 */
export function addressOf(name, tries) {
  const own = document.querySelector('script[type="module"]');
  const address = new URL(name, own instanceof HTMLScriptElement ? own.src : location.href);
  if (tries > 0) address.search = String(tries);
  return address.href;
}
