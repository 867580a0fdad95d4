// Lets an app's pages use a bucket, by the rules that the README has people paste for R2.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { AwsClient } from "aws4fetch";

const README = new URL("../../../README.md", import.meta.url);

/**
 * What the README has people paste, but for the origins.
 * @returns {Record<string, (string | number)[]>}
 */
function rule() {
  const [, policy = ""] =
    /^ *```json\n(\s*\[\s*\{\s*"AllowedOrigins"[^]*?)```/m.exec(readFileSync(README, "utf8")) ?? [];
  const [{ AllowedMethods, AllowedHeaders, ExposeHeaders, MaxAgeSeconds }] = JSON.parse(policy);
  return {
    AllowedMethod: AllowedMethods,
    AllowedHeader: AllowedHeaders,
    ExposeHeader: ExposeHeaders,
    MaxAgeSeconds: [MaxAgeSeconds],
  };
}

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
 * @param {string} [forgotten] a header that whoever pasted it has left out
 */
export async function allowOrigins({ endpoint, bucket, accessKeyId, secretAccessKey }, origins, forgotten) {
  const elements = Object.entries({ AllowedOrigin: origins, ...rule() }).flatMap(([name, values]) =>
    values.filter((value) => value !== forgotten).map((value) => `<${name}>${value}</${name}>`),
  );
  const body = `<CORSConfiguration><CORSRule>${elements.join("")}</CORSRule></CORSConfiguration>`;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
  const headers = { "Content-Type": "application/xml", "Content-MD5": createHash("md5").update(body).digest("base64") };
  const answer = await client.fetch(`${endpoint}/${bucket}?cors`, { method: "PUT", headers, body });
  if (!answer.ok) throw new Error(`The bucket does not take its CORS rules: ${answer.status} ${await answer.text()}`);
}
