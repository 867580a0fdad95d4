#!/usr/bin/env bash
# What an upload costs the server, in seconds of its own processor time: the release build on a throw-away PostgreSQL,
# with the store in a process of its own. Takes a minute, and ends what it started. See README.md beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --release --quiet
cargo bench --quiet --bench uploads --no-run

folder=$(mktemp -d "${TMPDIR:-/tmp}/cloakroom-bench.XXXXXX")
cluster=$(mktemp -d "${TMPDIR:-/tmp}/cloakroom-bench.XXXXXX")
started=()
finish() {
  [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null || true
  wait
  bash tests/postgres.sh stop "$cluster"
  rm -rf "$folder"
}
trap finish EXIT

# Starts the program with these arguments and prints nothing; what it says is in `said`, one line at a time.
begin() {
  exec {said}< <(exec target/release/cloakroom "$@")
  started+=($!)
}

# The address in the line that begins with these words.
hear() {
  local line
  while read -r line <&"$said"; do
    case $line in "$1"*) line=${line#"$1"}; address=${line%% *}; return ;; esac
  done
  echo "The program ended before it said “$1”." >&2
  exit 1
}

export R2_ACCESS_KEY_ID=benchmark R2_SECRET_ACCESS_KEY=benchmark R2_BUCKET_NAME=benchmark RUST_LOG=warn
DATABASE_URL=$(bash tests/postgres.sh start "$cluster")
DATA_DIR=$folder/store STORE_BIND=127.0.0.1:0 begin store
hear "Store listening on "
export DATABASE_URL R2_ENDPOINT=$address DATA_DIR=$folder/app BIND=127.0.0.1:0
begin serve
hear "Cloakroom listening on "
target/release/cloakroom user create --email bench@example.com --password-stdin <<<"correct horse battery" 2>/dev/null
CLOAKROOM_TOKEN=$(target/release/cloakroom token create --email bench@example.com --name benchmark)
export CLOAKROOM_TOKEN
cargo bench --quiet --bench uploads -- "$address" "${started[1]}" "$@"
