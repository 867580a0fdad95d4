#!/usr/bin/env bash
# What strangers and friends can make the server remember: the release build on a throw-away PostgreSQL, with the store in a
# process of its own. Fails above the limits in memory.py. Takes some minutes, and ends what it started. See README.md beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --release --quiet
. tests/bench/servers.sh

# Every request of the sign-ins comes from an address of its own, as a flood does.
export CLIENT_IP_HEADER=x-client
begin_production
create_user bench@example.com
CLOAKROOM_TOKEN=$(target/release/cloakroom token create --email bench@example.com --name benchmark)
export CLOAKROOM_TOKEN
ulimit -n "$(ulimit -Hn)"
python3 tests/bench/memory.py "$address" "${started[1]}"
