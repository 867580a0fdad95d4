// The dialog that asks for the password of whoever's session has ended.
// @ts-check

/**
 * Ends well when somebody is signed in, and badly when the dialog is closed.
 * @param {Document} page
 * @param {HTMLTemplateElement | null} template
 * @returns {Promise<void>}
 */
export function askInDialog(page, template) {
  const dialog = template?.content.querySelector("dialog")?.cloneNode(true);
  const form = dialog instanceof HTMLDialogElement ? dialog.querySelector("form") : null;
  if (!(dialog instanceof HTMLDialogElement) || !form) return Promise.reject(new Error("nobody's page"));
  page.body.append(dialog);
  return new Promise((resolve, reject) => {
    let isIn = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form).then((succeeded) => {
        isIn ||= succeeded;
        if (succeeded) dialog.close();
      });
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (isIn) resolve();
      else reject(new Error("still signed out"));
    });
    dialog.showModal();
    password(form)?.focus();
  });
}

/**
 * Sends the form, and says beside the password what is wrong with it.
 * @param {HTMLFormElement} form
 */
async function send(form) {
  const button = form.querySelector('button[type="submit"]');
  if (!(button instanceof HTMLButtonElement) || button.disabled) return false;
  button.disabled = true;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body }).catch(() => null);
  button.disabled = false;
  if (answer?.ok) return true;
  const told = await answer?.json().catch(() => null);
  const problem = form.querySelector("[data-problem]");
  const field = password(form);
  if (problem instanceof HTMLElement && field) {
    problem.textContent = told?.error ?? problem.dataset["problem"] ?? "";
    problem.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.select();
    field.focus();
  }
  return false;
}

/** @param {HTMLFormElement} form */
function password(form) {
  const field = form.querySelector('input[type="password"]');
  return field instanceof HTMLInputElement ? field : null;
}
