"""What the scripts of all clients share: where the store is, files to send, and how a signed URL is used.

Takes STORE_URL, R2_BUCKET_NAME, R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY from the environment, and works in the
current folder.
"""

import filecmp
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

URL = os.environ["STORE_URL"]
HOST = URL.removeprefix("http://")
BUCKET = os.environ["R2_BUCKET_NAME"]
KEY_ID = os.environ["R2_ACCESS_KEY_ID"]
SECRET = os.environ["R2_SECRET_ACCESS_KEY"]

LARGE = 100 * 1024 * 1024


def file_of(name, size):
    """A new file of this size."""
    path = Path(name)
    path.write_bytes(os.urandom(size))
    return path


def same(one, other):
    """Both files have the same bytes."""
    assert filecmp.cmp(one, other, shallow=False), f"{one} and {other} differ"


def fetch(url):
    """What a URL gives to whoever has it: the status and the bytes."""
    try:
        with urllib.request.urlopen(url) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def run(*command, **options):
    """The output of a command, which must succeed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, **options)
    if done.returncode != 0:
        sys.exit(f"{command}:\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return done.stdout


def tool(name):
    """A program that was installed beside this Python."""
    return Path(sys.executable).with_name(name)
