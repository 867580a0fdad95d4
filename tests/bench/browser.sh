#!/usr/bin/env bash
# What uploading takes in Chromium, against bare requests, and what it costs the server and the tab: the release build with
# SQLite, and the store in a process of its own. Takes some minutes, and ends what it started. See README.md beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${CLOAKROOM_BIN:-}" ]; then
  cargo build --release --quiet
  CLOAKROOM_BIN=$PWD/target/release/cloakroom
fi
export CLOAKROOM_BIN
[ -d tests/e2e/node_modules ] || npm ci --prefix tests/e2e --ignore-scripts --no-audit --no-fund --loglevel=error
exec node tests/bench/browser/main.mjs "$@"
