"""s3cmd against the store. Its signed URLs are of Signature Version 2, which R2 does not know."""

import shutil
from pathlib import Path

from common import BUCKET, HOST, KEY_ID, LARGE, SECRET, fetch, file_of, run, same, tool

TOP = f"s3://{BUCKET}/s3cmd"
OPTIONS = [
    f"--access_key={KEY_ID}", f"--secret_key={SECRET}", f"--host={HOST}", f"--host-bucket={HOST}", "--no-ssl",
    "--region=auto", "--config=/dev/null", "--no-progress",
]


def s3cmd(*words):
    return run(tool("python"), tool("s3cmd"), *OPTIONS, *words)


small, large = file_of("small", 1000), file_of("large", LARGE)
s3cmd("put", small, f"{TOP}/a small é")
s3cmd("put", large, f"{TOP}/large")
s3cmd("get", f"{TOP}/large", "back")
same(large, "back")
shutil.copy(large, "half")
with open("half", "r+b") as half:
    half.truncate(LARGE // 2)
s3cmd("get", "--continue", f"{TOP}/large", "half")
same(large, "half")
listed = s3cmd("ls", f"{TOP}/").decode()
assert str(LARGE) in listed and "a small é" in listed, listed
assert "STANDARD" in s3cmd("info", f"{TOP}/large").decode()
s3cmd("cp", f"{TOP}/large", f"{TOP}/copy")
s3cmd("mv", f"{TOP}/copy", f"{TOP}/moved")
Path("back").unlink()
s3cmd("get", f"{TOP}/moved", "back")
same(large, "back")
url = s3cmd("signurl", f"{TOP}/a small é", "+60").decode().strip()
assert fetch(url)[0] == 400
s3cmd("del", "--recursive", "--force", f"{TOP}/")
assert s3cmd("ls", f"{TOP}/") == b""
