// The AWS SDK for JavaScript against the store.
// @ts-check
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const env = /** @type {Record<string, string>} */ (process.env);
const Bucket = env.R2_BUCKET_NAME;
const client = new S3Client({
  endpoint: env.STORE_URL,
  region: "auto",
  forcePathStyle: true,
  credentials: { accessKeyId: env.R2_ACCESS_KEY_ID, secretAccessKey: env.R2_SECRET_ACCESS_KEY },
});

/** @param {string} Key @param {string} [Range] */
async function bytesOf(Key, Range) {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, Range }));
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}

const [small, large] = [randomBytes(1000), randomBytes(100 * 1024 * 1024)];
await client.send(new PutObjectCommand({ Bucket, Key: "js/a small é", Body: small, Metadata: { colour: "blue" } }));
const params = { Bucket, Key: "js/large", Body: large, ContentType: "video/mp4" };
await new Upload({ client, params, partSize: 8 * 1024 * 1024, queueSize: 4 }).done();
assert.ok(large.equals(await bytesOf("js/large")), "other bytes came back");
assert.deepEqual(await bytesOf("js/large", "bytes=8388600-8388620"), large.subarray(8388600, 8388621));
const head = await client.send(new HeadObjectCommand({ Bucket, Key: "js/large", ChecksumMode: "ENABLED" }));
assert.equal(head.ContentType, "video/mp4");
assert.match(head.ETag ?? "", /-13"$/);
const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "js/", FetchOwner: true }));
assert.deepEqual(
  listed.Contents?.map((object) => object.Key),
  ["js/a small é", "js/large"],
);
const CopySource = `/${Bucket}/js/large`;
await client.send(new CopyObjectCommand({ Bucket, Key: "js/moved", CopySource }));
await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "js/large" }] } }));
assert.ok(large.equals(await bytesOf("js/moved")), "the copy differs");
const command = new GetObjectCommand({ Bucket, Key: "js/a small é" });
const answer = await fetch(await getSignedUrl(client, command, { expiresIn: 60 }));
assert.ok(small.equals(Buffer.from(await answer.arrayBuffer())), "a signed URL gives other bytes");
const Objects = [{ Key: "js/moved" }, { Key: "js/a small é" }];
await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
assert.equal((await client.send(new ListObjectsV2Command({ Bucket, Prefix: "js/" }))).KeyCount, 0);
