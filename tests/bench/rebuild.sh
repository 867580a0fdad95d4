#!/usr/bin/env bash
# How long it takes to write the index into the bucket, and to rebuild it from there. Fails when a table differs, or a command takes
# more memory than stands in rebuild.py. With a count, or 100,000, and behind it "keys" to rebuild it from the keys alone as well, or
# "reconcile" to compare it with the bucket instead; CLOAKROOM_BIN names another program than the release build.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -n "${CLOAKROOM_BIN:-}" ] || cargo build --release --quiet
folder=$(mktemp -d "${TMPDIR:-/tmp}/cloakroom-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
python3 tests/bench/rebuild.py "${CLOAKROOM_BIN:-target/release/cloakroom}" "$folder" "${1:-100000}" "${@:2}"
