"""The AWS command line against the store."""

import os

from common import BUCKET, KEY_ID, LARGE, SECRET, URL, fetch, file_of, run, same, tool

os.environ.update(
    AWS_ACCESS_KEY_ID=KEY_ID,
    AWS_SECRET_ACCESS_KEY=SECRET,
    AWS_DEFAULT_REGION="auto",
    AWS_ENDPOINT_URL=URL,
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
)
TOP = f"s3://{BUCKET}/aws"


def aws(*words):
    return run(tool("python"), tool("aws"), *words)


small, large = file_of("small", 1000), file_of("large", LARGE)
aws("s3", "cp", small, f"{TOP}/a small é")
aws("s3", "cp", large, f"{TOP}/large")
aws("s3", "cp", f"{TOP}/large", "back")
same(large, "back")
aws("s3api", "get-object", "--bucket", BUCKET, "--key", "aws/large", "--range", "bytes=10485750-10485769", "part")
assert open("part", "rb").read() == large.read_bytes()[10485750:10485770]
listed = aws("s3", "ls", f"{TOP}/").decode()
assert str(LARGE) in listed and "a small é" in listed, listed
aws("s3", "cp", f"{TOP}/large", f"{TOP}/copy")
aws("s3", "mv", f"{TOP}/copy", f"{TOP}/moved")
aws("s3", "mv", f"{TOP}/a small é", f"{TOP}/small")
aws("s3", "cp", f"{TOP}/moved", "back")
same(large, "back")
url = aws("s3", "presign", f"{TOP}/small").decode().strip()
assert fetch(url) == (200, small.read_bytes())
aws("s3", "rm", TOP, "--recursive")
assert b"Contents" not in aws("s3api", "list-objects-v2", "--bucket", BUCKET, "--prefix", "aws/")
