#!/usr/bin/env bash
# What recording a file costs SQLite and a throw-away PostgreSQL, with and without its event and the counters. See README.md beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."

cluster=$(mktemp -d "${TMPDIR:-/tmp}/cloakroom-bench.XXXXXX")
trap 'bash tests/postgres.sh stop "$cluster"' EXIT
cargo bench --quiet --bench registration --no-run
url=$(bash tests/postgres.sh start "$cluster")
cargo bench --quiet --bench registration -- "${1:-4000}" "$url"
