// What is in a bucket, asked of the store itself, and what may be put there.
import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";

/**
 * @typedef {import("./cors.js").Bucket} Bucket
 *
 * @typedef {object} Stored
 * @property {string} fileId
 * @property {string} name
 * @property {string} sha256 of its bytes
 */

/**
 * Every file, read to its end.
 * @param {Bucket} bucket
 * @returns {Promise<Stored[]>}
 */
export async function storedFiles(bucket) {
  /** @type {Stored[]} */
  const files = [];
  for (const key of await keys(bucket)) {
    const [, fileId = "", , name = ""] = key.split("/");
    const answer = await fetchFrom(bucket, `/${key.split("/").map(encodeURIComponent).join("/")}`);
    const hash = createHash("sha256").update(Buffer.from(await answer.arrayBuffer()));
    files.push({ fileId, name, sha256: hash.digest("hex") });
  }
  return files;
}

/** @param {Bucket} bucket */
async function keys(bucket) {
  /** @type {string[]} */
  const found = [];
  for (let more = ""; ;) {
    const text = await (await fetchFrom(bucket, `?list-type=2&prefix=files/${more}`)).text();
    found.push(...matches(text, "Key"));
    const [next] = matches(text, "NextContinuationToken");
    if (next === undefined) return found;
    more = `&continuation-token=${encodeURIComponent(next)}`;
  }
}

/**
 * Uploads in parts that were begun and neither completed nor let go.
 * @param {Bucket} bucket
 */
export async function unfinishedUploads(bucket) {
  return matches(await (await fetchFrom(bucket, "?uploads")).text(), "UploadId");
}

/**
 * URLs under which one thing each may be put, whatever it is.
 * @param {Bucket} bucket
 * @param {string[]} keys
 */
export async function putUrls({ endpoint, bucket, accessKeyId, secretAccessKey }, keys) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
  const signed = keys.map((key) =>
    client.sign(`${endpoint}/${bucket}/${key}?X-Amz-Expires=3600`, { method: "PUT", aws: { signQuery: true } }),
  );
  return (await Promise.all(signed)).map(({ url }) => url);
}

/**
 * @param {Bucket} bucket
 * @param {string} what
 */
async function fetchFrom({ endpoint, bucket, accessKeyId, secretAccessKey }, what) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
  const answer = await client.fetch(`${endpoint}/${bucket}${what}`);
  if (!answer.ok) throw new Error(`The store answered ${answer.status} for ${what}: ${await answer.text()}`);
  return answer;
}

/**
 * @param {string} text
 * @param {string} element
 */
function matches(text, element) {
  return [...text.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, content = ""]) => content);
}
