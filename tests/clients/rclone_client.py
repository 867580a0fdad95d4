"""rclone against the store."""

import os

from common import BUCKET, KEY_ID, LARGE, SECRET, URL, fetch, file_of, run, same

# A setting of AWS, which rclone 1.60 cannot follow, and needs not: the store speaks plain HTTP.
os.environ.pop("AWS_CA_BUNDLE", None)
os.environ.update(
    RCLONE_CONFIG=os.devnull,
    RCLONE_CONFIG_STORE_TYPE="s3",
    RCLONE_CONFIG_STORE_PROVIDER="Cloudflare",
    RCLONE_CONFIG_STORE_ENDPOINT=URL,
    RCLONE_CONFIG_STORE_REGION="auto",
    RCLONE_CONFIG_STORE_ACCESS_KEY_ID=KEY_ID,
    RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY=SECRET,
    RCLONE_S3_UPLOAD_CUTOFF="20M",
)
TOP = f"store:{BUCKET}/rclone"


def rclone(*words):
    return run("rclone", "--retries", "1", *words)


small, large = file_of("small", 1000), file_of("large", LARGE)
rclone("copyto", small, f"{TOP}/a small é")
rclone("copyto", large, f"{TOP}/large")
rclone("copyto", f"{TOP}/large", "back")
same(large, "back")
assert rclone("cat", "--offset", 10485750, "--count", 20, f"{TOP}/large") == large.read_bytes()[10485750:10485770]
assert rclone("lsf", TOP).decode().splitlines() == ["a small é", "large"]
rclone("copyto", f"{TOP}/large", f"{TOP}/copy")
rclone("moveto", f"{TOP}/copy", f"{TOP}/moved")
rclone("copyto", f"{TOP}/moved", "back")
same(large, "back")
rclone("check", "--one-way", "--include", "large", ".", TOP)
assert fetch(rclone("link", "--expire", "1m", f"{TOP}/a small é").decode().strip()) == (200, small.read_bytes())
rclone("delete", TOP)
assert rclone("lsf", TOP) == b""
