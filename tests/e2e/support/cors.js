// Lets an app's pages use a bucket, by the rules that the README has people paste for R2.
import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";

const RULE = {
  AllowedMethod: ["GET", "PUT", "HEAD"],
  AllowedHeader: [
    "content-type",
    "content-md5",
    "if-none-match",
    "cache-control",
    "content-disposition",
    "x-amz-checksum-sha256",
    "x-amz-meta-sha256",
    "x-amz-checksum-crc32c",
    "x-amz-meta-crc32c",
    "x-amz-meta-folder",
    "range",
  ],
  ExposeHeader: ["ETag"],
  MaxAgeSeconds: ["3600"],
};

/**
 * @typedef {object} Bucket
 * @property {string} endpoint
 * @property {string} bucket
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 */

/**
 * @param {Bucket} bucket
 * @param {string[]} origins
 */
export async function allowOrigins({ endpoint, bucket, accessKeyId, secretAccessKey }, origins) {
  const elements = Object.entries({ AllowedOrigin: origins, ...RULE }).flatMap(([name, values]) =>
    values.map((value) => `<${name}>${value}</${name}>`),
  );
  const body = `<CORSConfiguration><CORSRule>${elements.join("")}</CORSRule></CORSConfiguration>`;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
  const headers = { "Content-Type": "application/xml", "Content-MD5": createHash("md5").update(body).digest("base64") };
  const answer = await client.fetch(`${endpoint}/${bucket}?cors`, { method: "PUT", headers, body });
  if (!answer.ok) throw new Error(`The bucket does not take its CORS rules: ${answer.status} ${await answer.text()}`);
}
