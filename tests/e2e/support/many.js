// Many files of many years, written into the index beside the program: uploading them would take longer than a test may.

/**
 * @typedef {import("./setups.js").Server} Server
 * @typedef {import("./setups.js").Person} Person
 */

const DAY = 86_400_000;
/** So many are of one day, and so many days lie between two of them. */
const OF_A_DAY = 25;
const APART = 10;
/** A statement is an argument of a program, which may be 128 KiB long. */
const AT_ONCE = 400;

/** SQLite keeps ids as bytes, and times as text. */
const ON_SQLITE = {
  owner: ["1, 8", "9, 4", "13, 4", "17, 4", "21"]
    .map((part) => `substr(lower(hex(users.id)), ${part})`)
    .join(" || '-' || "),
  time: "column3",
};
const ON_POSTGRES = { owner: "users.id::text", time: "column3::timestamptz" };

/**
 * The first is the newest: `file 00001.zip`, of 15 October 2025.
 * @param {Server} server
 * @param {Person} person
 * @param {number} count
 */
export function insertMany(server, person, count) {
  const { owner, time } = server.bucket ? ON_POSTGRES : ON_SQLITE;
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, number) => row(person, from + number));
    server.execute(
      `INSERT INTO r2_files (file_url, content_type, kind, size, object_key, user_id, file_name, name_key, upload_timestamp, taken_at)
       SELECT '', 'application/zip', 'archive', 1000, column1, ${owner}, column2, column2, ${time}, ${time}
       FROM (VALUES ${rows.join(", ")}) AS files JOIN users ON email = '${person.email}'`,
    );
  }
}

/**
 * @param {Person} person
 * @param {number} number
 */
function row(person, number) {
  const day = Date.parse("2025-10-15T12:00:00Z") - Math.floor(number / OF_A_DAY) * APART * DAY;
  const taken = new Date(day - (number % OF_A_DAY) * 60_000).toISOString().replace(".000Z", "+00:00");
  return `('many/${person.email}/${number}', '${nameOf(number + 1)}', '${taken}')`;
}

/** @param {number} number from 1 on */
export function nameOf(number) {
  return `file ${String(number).padStart(5, "0")}.zip`;
}
