// What is in an archive that was downloaded, as another program reads it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";

/** Reads all of it, and holds every file against its checksum. */
const READ = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}))
    print(json.dumps({name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if name.endswith(".txt")}))
`;

/**
 * @param {string} path
 * @returns {{sums: Record<string, string>, texts: Record<string, string>}} SHA-256 of each file by its path, and what texts say
 */
export function readArchive(path) {
  const [sums = "", texts = ""] = execFileSync("python3", ["-c", READ, path], { encoding: "utf8" }).split("\n");
  return { sums: JSON.parse(sums), texts: JSON.parse(texts) };
}

/** @param {Buffer} bytes */
export function sumOf(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
