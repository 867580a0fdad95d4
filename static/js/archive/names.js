// What files are called in an archive: safe wherever it is unpacked, and no two the same.
// @ts-check

/** Some systems take no longer ones, in UTF-8 bytes: a name, and all of a path. */
const LONGEST = 240;
/** What Windows cannot write, and what leads elsewhere. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

export class Names {
  constructor() {
    /** As systems tell them apart that ignore capitals, each with how many there were. @type {Map<string, number>} */
    this.taken = new Map();
  }

  /**
   * @param {string} path
   * @param {string} name
   */
  of(path, name) {
    const folders = path.split("/").filter((part) => part !== "");
    const place = folders.map((folder) => `${safe(folder)}/`).join("");
    const plain = safe(name);
    let wanted = plain;
    for (let count = this.taken.get(key(place + plain)) ?? 1; this.taken.has(key(place + wanted));) {
      count += 1;
      wanted = numbered(plain, count);
      this.taken.set(key(place + plain), count);
    }
    this.taken.set(key(place + wanted), 1);
    return place + wanted;
  }
}

/** @param {string} path */
function key(path) {
  return path.normalize("NFC").toLowerCase();
}

/**
 * `a (2).jpg` of `a.jpg`.
 * @param {string} name
 * @param {number} count
 */
function numbered(name, count) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} (${count})${name.slice(dot)}` : `${name} (${count})`;
}

/** @param {string} name */
export function safe(name) {
  const plain = short(name.replaceAll(UNSAFE, "_")).replace(/[. ]+$/, "");
  if (/^\.*$/.test(plain)) return "_";
  return RESERVED.test(plain) ? `_${plain}` : plain;
}

/** Its ending stays. @param {string} name */
function short(name) {
  const bytes = new TextEncoder();
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  let letters = [...name.slice(0, name.length - ending.length)];
  const room = LONGEST - bytes.encode(ending).length;
  while (bytes.encode(letters.join("")).length > room) letters = letters.slice(0, -1);
  return letters.join("") + ending;
}
