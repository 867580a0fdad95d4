#!/usr/bin/env bash
# What an upload costs the server, in seconds of its own processor time: the release build on a throw-away PostgreSQL,
# with the store in a process of its own. Takes a minute, and ends what it started. See README.md beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --release --quiet
cargo bench --quiet --bench uploads --no-run
. tests/bench/servers.sh

begin_production
create_user bench@example.com
CLOAKROOM_TOKEN=$(target/release/cloakroom token create --email bench@example.com --name benchmark)
export CLOAKROOM_TOKEN
cargo bench --quiet --bench uploads -- "$address" "${started[1]}" "$@"
