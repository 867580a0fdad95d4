// Does somebody wish that little is loaded?
// @ts-check

/** What browsers tell of it: https://wicg.github.io/savedata/ */
export function savesData() {
  return Reflect.get(navigator, "connection")?.saveData === true;
}
