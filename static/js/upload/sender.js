// What somebody without an account says beside the files that they send: who they are, and a note.
// @ts-check

/** Says it with each request: both with a zero byte between them, as base64 of an address. */
const HEADER = "X-Cloakroom-Sender";
/** Whoever sends once more need not write their name again. */
const REMEMBERED = "cloakroom-sender";

/**
 * @param {Document} page
 * @param {Record<string, string>} headers that go with each request
 * @returns {() => Promise<void>} waits until all is written that has to be
 */
export function startSender(page, headers) {
  const form = page.querySelector("[data-sender]");
  if (!(form instanceof HTMLFormElement)) return () => Promise.resolve();
  const name = form.querySelector('[name="name"]');
  if (name instanceof HTMLInputElement) name.value ||= remembered();
  const say = () => {
    const written = (/** @type {string} */ of) => String(new FormData(form).get(of) ?? "");
    headers[HEADER] = encoded(`${written("name")}\0${written("note")}`);
  };
  say();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", say);
  form.addEventListener("change", () => {
    if (name instanceof HTMLInputElement) remember(name.value);
  });
  return () => complete(form);
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<void>}
 */
function complete(form) {
  if (form.checkValidity()) return Promise.resolve();
  const problem = form.querySelector("[data-sender-problem]");
  if (problem) problem.textContent = form.dataset["missing"] ?? "";
  form.reportValidity();
  return new Promise((resolve) => {
    const look = () => {
      if (!form.checkValidity()) return;
      form.removeEventListener("change", look);
      if (problem) problem.textContent = "";
      resolve();
    };
    form.addEventListener("change", look);
  });
}

/** Some browsers keep nothing. */
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name */
function remember(name) {
  try {
    localStorage.setItem(REMEMBERED, name);
  } catch {
    // It is written again next time.
  }
}

/** @param {string} text */
function encoded(text) {
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
