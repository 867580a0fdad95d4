"""A foreign S3 client: what boto3 does with a bucket must work against ours as against R2."""

import base64
import hashlib
import os
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from common import BUCKET, KEY_ID, LARGE, SECRET, URL, file_of, same

s3 = boto3.client(
    "s3",
    endpoint_url=URL,
    region_name="auto",
    aws_access_key_id=KEY_ID,
    aws_secret_access_key=SECRET,
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
)


def code_of(call, **arguments):
    """The error code of a call that must fail."""
    try:
        call(Bucket=BUCKET, **arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("the call did not fail")


def puts_and_gets():
    body = os.urandom(3_000_000)
    put = s3.put_object(
        Bucket=BUCKET, Key="coats/é 🧥+.bin", Body=body, ContentType="image/png", Metadata={"colour": "blue"}
    )
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    head = s3.head_object(Bucket=BUCKET, Key="coats/é 🧥+.bin")
    assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (
        len(body), "image/png", {"colour": "blue"},
    )
    assert s3.get_object(Bucket=BUCKET, Key="coats/é 🧥+.bin")["Body"].read() == body
    part = s3.get_object(Bucket=BUCKET, Key="coats/é 🧥+.bin", Range="bytes=10-19")
    assert (part["Body"].read(), part["ContentRange"]) == (body[10:20], f"bytes 10-19/{len(body)}")
    s3.put_object(Bucket=BUCKET, Key="empty", Body=b"")
    assert s3.get_object(Bucket=BUCKET, Key="empty")["Body"].read() == b""


def checks_what_it_is_told():
    for algorithm in ["CRC32", "CRC32C", "SHA1", "SHA256"]:
        if algorithm == "CRC32C":
            continue  # botocore needs its C library for this one
        s3.put_object(Bucket=BUCKET, Key=f"sum/{algorithm}", Body=b"coat", ChecksumAlgorithm=algorithm)
        head = s3.head_object(Bucket=BUCKET, Key=f"sum/{algorithm}", ChecksumMode="ENABLED")
        assert head[f"Checksum{algorithm}"]
    wrong = base64.b64encode(hashlib.sha256(b"boat").digest()).decode()
    assert code_of(s3.put_object, Key="wrong", Body=b"coat", ChecksumSHA256=wrong) == "BadDigest"
    assert code_of(s3.head_object, Key="wrong") == "404"


def obeys_conditions():
    s3.put_object(Bucket=BUCKET, Key="once", Body=b"1", IfNoneMatch="*")
    assert code_of(s3.put_object, Key="once", Body=b"2", IfNoneMatch="*") == "PreconditionFailed"
    etag = s3.head_object(Bucket=BUCKET, Key="once")["ETag"]
    assert code_of(s3.get_object, Key="once", IfNoneMatch=etag) == "304"


def lists_in_pages():
    keys = [f"page/{number:03}/{'é' if number % 2 else 'e'}" for number in range(57)]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="page/", PaginationConfig={"PageSize": 10})
    pages = list(pages)
    assert len(pages) == 6
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys
    folded = s3.list_objects_v2(Bucket=BUCKET, Prefix="page/", Delimiter="/")
    assert len(folded["CommonPrefixes"]) == 57
    assert [item["Key"] for item in s3.list_objects(Bucket=BUCKET, Prefix="page/05")["Contents"]] == keys[50:]


def deletes():
    s3.delete_object(Bucket=BUCKET, Key="once")
    assert code_of(s3.get_object, Key="once") == "NoSuchKey"
    objects = [{"Key": item["Key"]} for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})
    assert len(answer["Deleted"]) == len(objects) and not answer.get("Errors")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def fetch(url, method, body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def signs_urls():
    put = s3.generate_presigned_url(
        "put_object", Params={"Bucket": BUCKET, "Key": "signed/é", "ContentType": "text/plain"}, ExpiresIn=60
    )
    assert fetch(put, "PUT", b"coat", {"Content-Type": "text/html"})[0] == 403
    assert fetch(put, "PUT", b"coat", {"Content-Type": "text/plain"})[0] == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "signed/é"}, ExpiresIn=60)
    assert fetch(get, "GET") == (200, b"coat")
    assert fetch(get.replace("signed", "other"), "GET")[0] == 403


def moves_large_files():
    parts = TransferConfig(multipart_threshold=8 * 1024 * 1024, multipart_chunksize=8 * 1024 * 1024)
    large = file_of("large", LARGE)
    s3.upload_file("large", BUCKET, "large", ExtraArgs={"ContentType": "video/mp4"}, Config=parts)
    head = s3.head_object(Bucket=BUCKET, Key="large", ChecksumMode="ENABLED")
    assert (head["ContentLength"], head["ContentType"]) == (LARGE, "video/mp4")
    assert head["ChecksumCRC32"].endswith("-13") and head["ChecksumType"] == "COMPOSITE"
    s3.download_file(BUCKET, "large", "back", Config=parts)
    same(large, "back")
    s3.copy({"Bucket": BUCKET, "Key": "large"}, BUCKET, "moved", Config=parts)
    s3.delete_object(Bucket=BUCKET, Key="large")
    s3.download_file(BUCKET, "moved", "back", Config=parts)
    same(large, "back")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "moved"})
    assert s3.head_object(Bucket=BUCKET, Key="copy")["ContentLength"] == LARGE


def lists_and_aborts_uploads():
    begun = s3.create_multipart_upload(Bucket=BUCKET, Key="unfinished")["UploadId"]
    same_upload = {"Key": "unfinished", "UploadId": begun}
    s3.upload_part(Bucket=BUCKET, PartNumber=1, Body=b"coat", **same_upload)
    assert [part["Size"] for part in s3.list_parts(Bucket=BUCKET, **same_upload)["Parts"]] == [4]
    assert [upload["UploadId"] for upload in s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]] == [begun]
    s3.abort_multipart_upload(Bucket=BUCKET, **same_upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
    assert code_of(s3.list_parts, **same_upload) == "NoSuchUpload"


def keeps_cors_rules():
    rule = {
        "AllowedOrigins": ["https://site.example"],
        "AllowedMethods": ["GET", "PUT"],
        "AllowedHeaders": ["content-type"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 60,
    }
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
    assert s3.get_bucket_cors(Bucket=BUCKET)["CORSRules"] == [rule]
    s3.delete_bucket_cors(Bucket=BUCKET)
    assert code_of(s3.get_bucket_cors) == "NoSuchCORSConfiguration"


if __name__ == "__main__":
    s3.head_bucket(Bucket=BUCKET)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]
    for promise in [puts_and_gets, checks_what_it_is_told, obeys_conditions, lists_in_pages, deletes, signs_urls,
                    moves_large_files, lists_and_aborts_uploads, keeps_cors_rules]:
        promise()
        print(promise.__name__.replace("_", " "))
