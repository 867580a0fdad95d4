"""Loses an index of many files, rebuilds it from a snapshot and from the keys alone, and says how long that takes, with how much memory, and what differs."""

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

PROGRAM, FOLDER, COUNT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), int(sys.argv[3])
FROM_KEYS = "keys" in sys.argv[4:]
COMPARED = "reconcile" in sys.argv[4:]
STORE = {"R2_ACCESS_KEY_ID": "benchmark", "R2_SECRET_ACCESS_KEY": "benchmark", "R2_BUCKET_NAME": "benchmark"}
BASE = {**os.environ, **STORE, "RUST_LOG": "warn,s3s=off", "BIND": "127.0.0.1:0", "DATA_DIR": str(FOLDER / "app")}
PNG = b"\x89PNG\r\n\x1a\n and a few bytes"
# In MiB, for each of the commands, whatever the count.
LIMIT = 150
TABLES = ["users", "deleted_accounts", "api_tokens", "account_links", "r2_files", "audit_events", "settings"]
BUT = {"settings": "WHERE name NOT IN ('session_key', 'set_up_key', 'snapshot_at', 'swept_at')"}


class Server:
    """The program, until it has said where it is found, and then until it is told to end."""

    def __init__(self, command, says, **settings):
        self.process = subprocess.Popen([PROGRAM, command], env={**BASE, **settings}, stdout=subprocess.PIPE, text=True)
        line = next(line for line in self.process.stdout if line.startswith(says))
        self.url = line.removeprefix(says).split()[0]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def run(database, store, *arguments, text=""):
    """What a command printed, and its seconds and its peak in MiB."""
    settings = {**BASE, "DATABASE_URL": f"sqlite:{database}", "R2_ENDPOINT": store, "SESSION_KEY": "5f" * 32}
    begun = time.monotonic()
    process = subprocess.Popen([PROGRAM, *arguments], env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(text)
    process.stdin.close()
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments} failed")
    return said.strip(), time.monotonic() - begun, used.ru_maxrss / 1024


def upload(url, token):
    """One file, as a program does it."""

    def post(path, body):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
        return json.load(urllib.request.urlopen(request))

    signed = post("/presign-upload", {"fileName": "a.png", "contentType": "image/png", "size": len(PNG)})
    urllib.request.urlopen(urllib.request.Request(signed["presignedUrl"], PNG, signed["headers"], method="PUT"))
    post("/save-metadata", {"objectKey": signed["objectKey"]})


def multiply(index, bucket):
    """Makes many files of one, in the index and in the bucket, each with bytes of its own."""
    objects, files = sqlite3.connect(bucket), sqlite3.connect(index)
    names = [row[1] for row in files.execute("PRAGMA table_info(r2_files)") if row[1] not in ("id", "object_key", "file_id", "file_name", "ticket")]
    (key, content, size, etag, at, attributes) = objects.execute("SELECT key, file, size, etag, modified_at, attributes FROM object").fetchone()
    prefix, first, owner, _ = key.decode().split("/")
    begun = (uuid.UUID(first).int >> 80) - COUNT * 1000
    path = next(bucket.parent.rglob(content))
    low = uuid.UUID(first).int & ((1 << 76) - 1)
    for number in range(1, COUNT):
        # Its kind is in a bit of the first one's own random ones.
        file = uuid.UUID(int=((begun + number * 1000) << 80) | (7 << 76) | low)
        other, name = f"{prefix}/{file}/{owner}/file {number}.png", uuid.uuid4().hex
        folder = path.parent.parent.parent / name[:4] / name[4:8]
        folder.mkdir(parents=True, exist_ok=True)
        os.link(path, folder / name) if number % 30_000 else path_copy(path, folder / name)
        path = folder / name if number % 30_000 == 0 else path
        objects.execute("INSERT INTO object (key, file, size, etag, modified_at, attributes) VALUES (?, ?, ?, ?, ?, ?)", (other.encode(), name, size, etag, at, attributes))
        files.execute(
            f"INSERT INTO r2_files (object_key, file_id, file_name, ticket, {', '.join(names)}) SELECT ?, ?, ?, ?, {', '.join(names)} FROM r2_files WHERE ticket = 1",
            (other, file.bytes, f"file {number}.png", number + 1),
        )
    files.execute("UPDATE users SET last_ticket = ?, used_bytes = ?", (COUNT, COUNT * size))
    files.execute("UPDATE r2_files SET state = 'trashed' WHERE id % 10 = 0")
    files.execute("UPDATE r2_files SET file_name = 'another name ' || id || '.png' WHERE id % 3 = 0")
    objects.commit()
    files.commit()


def differ(index, bucket):
    """Takes each thousandth row out of the index, and each thousandth other object out of the bucket."""
    objects, files = sqlite3.connect(bucket), sqlite3.connect(index)
    files.execute("DELETE FROM r2_files WHERE ticket % 1000 = 7")
    objects.execute("DELETE FROM object WHERE CAST(key AS TEXT) LIKE '%500.png'")
    objects.commit()
    files.commit()


def path_copy(source, target):
    """A file has some 65,000 names at most."""
    target.write_bytes(source.read_bytes())


def dump(database):
    rows = {}
    connection = sqlite3.connect(database)
    for table in TABLES:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        quoted = " || char(31) || ".join(f"quote({column})" for column in columns)
        rows[table] = {row[0] for row in connection.execute(f"SELECT {quoted} FROM {table} {BUT.get(table, '')}")}
    return rows


def differs(before, after):
    """Says of each table how many of its rows are in one alone."""
    for table in TABLES:
        print(f"{table}: {len(before[table])} rows before, {len(after[table])} after, {len(before[table] ^ after[table])} differ")
    return any(before[table] != after[table] for table in TABLES)


def main():
    first, second, third = (FOLDER / f"{name}.db" for name in ("first", "rebuilt", "keys"))
    store = Server("store", "Store listening on ", DATA_DIR=str(FOLDER / "store"), STORE_BIND="127.0.0.1:0")
    run(first, store.url, "user", "create", "--email", "ada@example.com", "--admin", "--password-stdin", text="correct horse battery\n")
    token = run(first, store.url, "token", "create", "--email", "ada@example.com", "--name", "b")[0]
    app = Server("serve", "Cloakroom listening on ", DATABASE_URL=f"sqlite:{first}", R2_ENDPOINT=store.url, SNAPSHOTS="off")
    upload(app.url, token)
    app.stop()
    store.stop()
    multiply(first, next((FOLDER / "store").rglob("index.db")))
    if COMPARED:
        differ(first, next((FOLDER / "store").rglob("index.db")))
    store = Server("store", "Store listening on ", DATA_DIR=str(FOLDER / "store"), STORE_BIND="127.0.0.1:0")
    is_wrong = False
    commands = [(first, ["snapshot"]), (second, ["reindex"])]
    if FROM_KEYS:
        commands.append((third, ["reindex", "--without-snapshot"]))
    if COMPARED:
        # The second finds nothing.
        commands = [(first, ["reconcile", "--json"]), (first, ["reconcile", "--dry-run", "--json"])]
    for database, arguments in commands:
        said, seconds, peak = run(database, store.url, *arguments)
        print(f"{' '.join(arguments)}: {seconds:.1f} s, {peak:.0f} MiB at the peak. {said}", flush=True)
        is_wrong |= peak > LIMIT
    if COMPARED:
        is_wrong |= any(json.loads(said)[name] for name in ("orphans", "missing", "differing", "usage_drift"))
    else:
        is_wrong |= differs(dump(first), dump(second))
    store.stop()
    sys.exit(is_wrong)


main()
