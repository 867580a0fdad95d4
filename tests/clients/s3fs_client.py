"""s3fs, which shows a bucket as a file system, against the store."""

import s3fs
from common import BUCKET, KEY_ID, LARGE, SECRET, URL, fetch, file_of, same

TOP = f"{BUCKET}/s3fs"
fs = s3fs.S3FileSystem(
    key=KEY_ID, secret=SECRET, endpoint_url=URL, client_kwargs={"region_name": "auto"}, fixed_upload_size=True,
    default_block_size=10 * 1024 * 1024,
)
small, large = file_of("small", 1000), file_of("large", LARGE)
fs.put_file("small", f"{TOP}/a small é")
with fs.open(f"{TOP}/large", "wb") as target, open(large, "rb") as source:
    while block := source.read(7_000_000):
        target.write(block)
fs.get_file(f"{TOP}/large", "back")
same(large, "back")
assert fs.cat_file(f"{TOP}/large", start=10485750, end=10485770) == large.read_bytes()[10485750:10485770]
fs.put_file("large", f"{TOP}/put")
assert sorted(fs.ls(TOP)) == [f"{TOP}/a small é", f"{TOP}/large", f"{TOP}/put"], fs.ls(TOP)
fs.copy(f"{TOP}/large", f"{TOP}/copy")
fs.mv(f"{TOP}/copy", f"{TOP}/moved")
assert not fs.exists(f"{TOP}/copy")
fs.get_file(f"{TOP}/moved", "back")
same(large, "back")
assert fetch(fs.sign(f"{TOP}/a small é", expiration=60)) == (200, small.read_bytes())
fs.rm(TOP, recursive=True)
fs.invalidate_cache()
assert not fs.exists(f"{TOP}/large")
