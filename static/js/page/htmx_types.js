// Our own types for the little that we use of htmx, which npm brings at build time; it runs before any module.
// @ts-check

/**
 * @typedef {object} Htmx
 * @property {(method: string, url: string, options: {target: Element, select?: string, swap?: string, source?: Element}) => Promise<void>} ajax
 * @property {(element: Element) => void} process
 * @property {(target: Element, html: string, how: {swapStyle: string, swapDelay: number, settleDelay: number}) => void} swap
 *
 * What events of requests tell.
 * @typedef {object} RequestDetail
 * @property {Element} target
 * @property {boolean} [successful]
 * @property {XMLHttpRequest} [xhr]
 * @property {boolean} [shouldSwap] before a swap: a listener may say no
 * @property {{finalRequestPath: string}} pathInfo
 * @property {{elt: Element, triggeringEvent?: Event}} requestConfig what asked is in here, as it may be gone from the page
 */

export const htmx = /** @type {{htmx: Htmx}} */ (/** @type {unknown} */ (window)).htmx;

/**
 * @param {Event} event
 * @returns {RequestDetail}
 */
export function detailOf(event) {
  return /** @type {CustomEvent<RequestDetail>} */ (event).detail;
}
