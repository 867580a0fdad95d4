"""Asks a server for what costs memory, and says how much the process had at its peak and at rest."""

import asyncio
import gzip
import json
import os
import resource
import sys
from pathlib import Path
from urllib.parse import urlsplit

URL, PROCESS = urlsplit(sys.argv[1]), int(sys.argv[2])
HOST, PORT = "127.0.0.1", URL.port
TOKEN = os.environ["CLOAKROOM_TOKEN"]
# In MiB, at the peak and at rest. Of both some 60 are the three buffers for passwords, once there was a sign-in.
LIMITS = {"start": (60, 60), "bombs": (80, 80), "sign-ins": (100, 100), "presigns": (110, 110), "connections": (180, 180), "bodies": (260, 260)}
PATIENCE = 120


def memory(name):
    lines = Path(f"/proc/{PROCESS}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def forget_the_peak():
    Path(f"/proc/{PROCESS}/clear_refs").write_text("5")


def request(method, path, headers=(), body=b""):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def read_answer(reader):
    """The status; the body is read and thrown away. An answer without a length ends with its connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), None)
    await (reader.read() if length is None else reader.readexactly(length))
    return int(lines[0].split()[1])


async def ask(bytes_to_send):
    reader, writer = await asyncio.open_connection(HOST, PORT)
    try:
        writer.write(bytes_to_send)
        return await read_answer(reader)
    finally:
        writer.close()


async def at_a_time(count, jobs):
    """Runs jobs, so many at a time."""
    seats = asyncio.Semaphore(count)

    async def seated(job):
        async with seats:
            return await job

    return await asyncio.gather(*map(seated, jobs))


async def bombs():
    bomb = gzip.compress(b"a" * 60_000_000, 9)[:64_000]
    form = ["Content-Type: application/x-www-form-urlencoded", "Content-Encoding: gzip"]
    answers = await at_a_time(25, (ask(request("POST", "/sign-in", form, bomb)) for _ in range(200)))
    assert set(answers) == {415}, set(answers)


async def sign_in(index):
    form = ["Content-Type: application/x-www-form-urlencoded", f"X-Client: 10.{index // 65536}.{index // 256 % 256}.{index % 256}"]
    body = f"email=person{index}%40example.com&password=wrong+horse+battery".encode()
    while (status := await ask(request("POST", "/sign-in", form, body))) in (429, 503):
        # Fewer strangers may be in line than come at once here.
        await asyncio.sleep(0.05)
    assert status == 401, status


async def presign(count):
    """On one connection, as programs do."""
    body = json.dumps({"fileName": "beach.jpg", "contentType": "image/jpeg", "size": 1000}).encode()
    asked = request("POST", "/presign-upload", [f"Authorization: Bearer {TOKEN}", "Content-Type: application/json"], body)
    reader, writer = await asyncio.open_connection(HOST, PORT)
    for _ in range(count):
        writer.write(asked)
        status = await read_answer(reader)
        assert status == 200, status
    writer.close()


async def open_connections(first_bytes, count=1_000):
    """Open, and left so while the memory is looked at."""
    pairs = await asyncio.gather(*(asyncio.open_connection(HOST, PORT) for _ in range(count)))
    for reader, writer in pairs:
        writer.write(request("GET", "/healthz"))
        assert await read_answer(reader) == 200
        writer.write(first_bytes)
        await writer.drain()
    assert await ask(request("GET", "/healthz")) == 200
    at_rest = memory("VmRSS:")
    for _, writer in pairs:
        writer.close()
    return at_rest


async def measure(name, work):
    forget_the_peak()
    held = await asyncio.wait_for(work, PATIENCE * 2)
    at_rest = held if isinstance(held, float) else memory("VmRSS:")
    peak = max(memory("VmHWM:"), at_rest)
    limits = LIMITS[name]
    is_fine = peak <= limits[0] and at_rest <= limits[1]
    print(f"{name:12} {peak:8.1f} {at_rest:8.1f}   {limits[0]:5} {limits[1]:5}   {'' if is_fine else 'TOO MUCH'}", flush=True)
    return is_fine


async def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft > 1_200, f"needs 1,200 descriptors, has {soft} of {hard}"
    print("MiB of the server             peak  at rest   limits")
    unfinished = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65000\r\n\r\n" + b"a" * 60_000
    outcomes = [
        await measure("start", ask(request("GET", "/healthz"))),
        await measure("bombs", bombs()),
        await measure("sign-ins", at_a_time(60, (sign_in(index) for index in range(1_000)))),
        await measure("presigns", at_a_time(32, (presign(count) for count in [312] * 32 + [16]))),
        await measure("connections", open_connections(b"")),
        await measure("bodies", open_connections(unfinished)),
    ]
    sys.exit(0 if all(outcomes) else 1)


asyncio.run(main())
