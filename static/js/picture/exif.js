// What a JPEG says of itself before its pixels begin: EXIF 3.0 (CIPA DC-008), which is a TIFF in a segment of its own.
// @ts-check

/**
 * @typedef {object} Said
 * @property {number} [width] as it is stored
 * @property {number} [height]
 * @property {boolean} [isTurned] width and height change places when it is shown
 * @property {string} [takenAt] such as `2026-07-14T10:22:31+02:00`, by the clock of the camera; one without a zone is in the browser's
 * @property {string} [camera]
 * @property {boolean} [hasPlace]
 *
 * @typedef {{tag: number, type: number, count: number, at: number}} Field `at`: where its value is
 */

const APP1 = 0xe1;
const APP2 = 0xe2;
const START_OF_SCAN = 0xda;
/** Of frames: what is no frame among them is left out. */
const FRAMES = { from: 0xc0, to: 0xcf, others: [0xc4, 0xc8, 0xcc] };
const EXIF = "Exif\0\0";
/** Of XMP, and of what of it did not fit into one segment. */
const XMP = ["http://ns.adobe.com/xap/1.0/\0", "http://ns.adobe.com/xmp/extension/\0"];
/** What may carry pictures or a film with a place of their own, behind the first. */
const MPF = "MPF\0";
const MOTION = /MotionPhoto|MicroVideo/;
/** Bytes of a value, by its type. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const ASCII = 2;
const LONGEST_CAMERA = 100;
/** Bytes of a TIFF before its first directory can begin. */
const HEADER = 8;
const TAG = {
  make: 0x10f,
  model: 0x110,
  orientation: 0x112,
  exif: 0x8769,
  gps: 0x8825,
  takenAt: 0x9003,
  offset: 0x9011,
  latitude: 2,
};
/** From here on, orientations turn a picture by a quarter. */
const TURNED = 5;
/** Attributes and elements, unless they say nothing. */
const PLACE_IN_XMP = /((?:\w+:)?GPS\w*\s*=\s*["'])([^"']*[^"'\s][^"']*)|(<(?:\w+:)?GPS\w*[^>/]*>)([^<]*[^<\s][^<]*)/gi;

/** @param {Uint8Array} bytes the first of a file */
export function isJpeg(bytes) {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

/**
 * @param {Uint8Array} bytes the first of a JPEG
 * @returns {Said} what could be read; of the place nothing, if it may stand further on
 */
export function readJpeg(bytes) {
  /** @type {Said} */
  const said = {};
  let isAll = false;
  let hasMore = false;
  for (const { marker, from, to } of segments(bytes)) {
    isAll ||= marker === START_OF_SCAN;
    if (isFrame(marker) && to - from >= 5) {
      [said.height, said.width] = [two(bytes, from + 1), two(bytes, from + 3)];
    } else if (marker === APP1 && starts(bytes, from, EXIF)) {
      Object.assign(said, readExif(new Tiff(bytes.subarray(from + EXIF.length, to))));
    } else if (marker === APP1 && isXmp(bytes, from)) {
      const words = latin(bytes, from, to);
      if (new RegExp(PLACE_IN_XMP).test(words)) said.hasPlace = true;
      hasMore ||= MOTION.test(words);
    } else if (marker === APP2 && starts(bytes, from, MPF)) hasMore = true;
  }
  if (isAll && !hasMore) said.hasPlace ??= false;
  return said;
}

/**
 * Takes out where a JPEG was taken. Nothing moves: what said it is filled with nothing.
 * @param {Uint8Array} bytes the first of a JPEG, which are changed
 */
export function removePlace(bytes) {
  for (const { marker, from, to } of segments(bytes)) {
    if (marker !== APP1) continue;
    if (starts(bytes, from, EXIF)) new Tiff(bytes.subarray(from + EXIF.length, to)).empty(TAG.gps);
    if (!isXmp(bytes, from)) continue;
    const blank = latin(bytes, from, to).replace(PLACE_IN_XMP, (_, name = "", value = "", element = "", content = "") =>
      `${name}${element}`.padEnd(`${name}${value}${element}${content}`.length),
    );
    for (let place = 0; place < blank.length; place += 1) bytes[from + place] = blank.charCodeAt(place);
  }
}

/** @param {Uint8Array} bytes */
function* segments(bytes) {
  for (let place = 2; place + 4 <= bytes.length && bytes[place] === 0xff;) {
    const marker = bytes[place + 1] ?? 0;
    // Any marker may have more of them before it: ISO/IEC 10918-1, B.1.1.2.
    if (marker === 0xff) {
      place += 1;
      continue;
    }
    const to = place + 2 + two(bytes, place + 2);
    yield { marker, from: place + 4, to: Math.min(to, bytes.length) };
    if (marker === START_OF_SCAN) return;
    place = to;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 */
function isXmp(bytes, from) {
  return XMP.some((name) => starts(bytes, from, name));
}

/** @param {Tiff} tiff */
function readExif(tiff) {
  /** @type {Said} */
  const said = {};
  const first = tiff.fields(tiff.first);
  if (tiff.number(first, TAG.orientation) >= TURNED) said.isTurned = true;
  const [make, model] = [tiff.text(first, TAG.make), tiff.text(first, TAG.model)];
  // Most makers begin the model's name with their own.
  const camera = model.toLowerCase().startsWith(make.split(" ")[0]?.toLowerCase() ?? "") ? model : `${make} ${model}`;
  const name = [...camera.trim()].slice(0, LONGEST_CAMERA).join("").trim();
  if (name) said.camera = name;
  const taken = tiff.behind(first, TAG.exif);
  const [, year, month, day, clock] =
    /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(tiff.text(taken, TAG.takenAt)) ?? [];
  const time = `${year}-${month}-${day}T${clock}`;
  const offset = /^[+-](0\d|1[0-4]):[0-5]\d$/.exec(tiff.text(taken, TAG.offset))?.[0];
  if (isTime(time)) said.takenAt = `${time}${offset ?? offsetHere(time)}`;
  if (tiff.behind(first, TAG.gps).some(({ tag }) => tag === TAG.latitude)) said.hasPlace = true;
  return said;
}

/** A TIFF's directories of fields. Whatever points beyond its end is not there. */
class Tiff {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isLittle = bytes[0] === 0x49;
    this.first = this.#number(4, 4);
  }

  /**
   * @param {number} at
   * @returns {Field[]}
   */
  fields(at) {
    /** @type {Field[]} */
    const fields = [];
    // Before that stands the beginning itself.
    if (at < HEADER) return fields;
    const count = this.#number(at, 2);
    for (let place = at + 2; place < at + 2 + 12 * count && place + 12 <= this.bytes.length; place += 12) {
      const [tag, type, values] = [this.#number(place, 2), this.#number(place + 2, 2), this.#number(place + 4, 4)];
      const isHere = (SIZES[type] ?? 0) * values <= 4;
      fields.push({ tag, type, count: values, at: isHere ? place + 8 : this.#number(place + 8, 4) });
    }
    return fields;
  }

  /**
   * The fields of a directory that a field points to.
   * @param {Field[]} fields
   * @param {number} tag
   */
  behind(fields, tag) {
    const field = fields.find((one) => one.tag === tag);
    return field ? this.fields(this.#number(field.at, 4)) : [];
  }

  /**
   * @param {Field[]} fields
   * @param {number} tag
   */
  text(fields, tag) {
    const field = fields.find((one) => one.tag === tag && one.type === ASCII);
    if (!field) return "";
    const text = new TextDecoder().decode(this.bytes.subarray(field.at, field.at + field.count));
    // What is no letter of a name is none of ours either.
    return text
      .replace(/\0.*/s, "")
      .replace(/[\p{C}\p{Zl}\p{Zp}\p{Variation_Selector}\u034f\u3164]/gu, "")
      .trim();
  }

  /**
   * @param {Field[]} fields
   * @param {number} tag
   */
  number(fields, tag) {
    const field = fields.find((one) => one.tag === tag);
    return field ? this.#number(field.at, 2) : 0;
  }

  /**
   * Fills the directory that a field points to, and all that it points to, with nothing.
   * @param {number} tag
   */
  empty(tag) {
    const field = this.fields(this.first).find((one) => one.tag === tag);
    if (!field) return;
    const at = this.#number(field.at, 4);
    const fields = this.fields(at);
    for (const { type, count, at: value } of fields) this.bytes.fill(0, value, value + (SIZES[type] ?? 0) * count);
    if (at >= HEADER) this.bytes.fill(0, at, at + 2 + 12 * fields.length);
  }

  /**
   * @param {number} at
   * @param {2 | 4} size
   */
  #number(at, size) {
    if (at < 0 || at + size > this.bytes.length) return 0;
    return size === 2 ? this.view.getUint16(at, this.isLittle) : this.view.getUint32(at, this.isLittle);
  }
}

/** @param {number} marker */
function isFrame(marker) {
  return marker >= FRAMES.from && marker <= FRAMES.to && !FRAMES.others.includes(marker);
}

/** How far a time is from UTC where the browser is, such as `+02:00`. @param {string} time */
function offsetHere(time) {
  const minutes = -Math.round(new Date(time).getTimezoneOffset());
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** Cameras whose clock was never set say that it is the year 0. @param {string} text */
function isTime(text) {
  const year = Number(text.slice(0, 4));
  return year >= 1826 && year <= 2200 && new Date(`${text}Z`).toJSON()?.slice(0, 19) === text;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function two(bytes, at) {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {string} text
 */
function starts(bytes, from, text) {
  return latin(bytes, from, from + text.length) === text;
}

/**
 * A letter a byte.
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 */
function latin(bytes, from, to) {
  return Array.from(bytes.subarray(from, to), (byte) => String.fromCharCode(byte)).join("");
}
