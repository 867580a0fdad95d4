// Tells the server in which time zone a person reads times, so that days begin where they live.
// @ts-check

const COOKIE = "cloakroom_zone";
const A_YEAR = 365 * 24 * 3600;

/** @param {Document} page */
export function tellZone(page) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const told = `${COOKIE}=${zone}`;
  if (page.cookie.split("; ").includes(told)) return;
  page.cookie = `${told}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
}
