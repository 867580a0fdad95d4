// The page without a network: looks whether what was wanted can be had again, and then asks for it.
// @ts-check

/** A network that has just come back may not reach us yet; and it may be the server that is away. In milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

let pause = FIRST_PAUSE;
let timer = 0;

// At its own address nothing else was wanted.
if (document.querySelector("[data-address]")?.getAttribute("data-address") !== location.pathname) {
  addEventListener("online", lookNow);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && lookNow());
  lookLater();
}

function lookNow() {
  clearTimeout(timer);
  pause = FIRST_PAUSE;
  void look();
}

function lookLater() {
  clearTimeout(timer);
  timer = window.setTimeout(look, pause);
  pause = Math.min(LONGEST_PAUSE, 2 * pause);
}

async function look() {
  // The browser tells of the end of that.
  if (!navigator.onLine) return;
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  if (answer && answer.status < 500) location.reload();
  else lookLater();
}
