#!/usr/bin/env bash
# What we depend on: nothing unused, permissive licences alone, nothing banned, no known hole. The tools are built once, into
# target/tools.
set -euo pipefail
cd "$(dirname "$0")/.."

tool() {
  [ -x "target/tools/bin/$1" ] && "target/tools/bin/$1" --version 2>/dev/null | grep -qF "$2" && return
  CARGO_PROFILE_DEV_DEBUG=0 cargo install "$1@$2" --locked --debug --no-default-features --quiet --root target/tools
}

tool cargo-machete 0.9.2
tool cargo-deny 0.20.2
target/tools/bin/cargo-machete --with-metadata --skip-target-dir
target/tools/bin/cargo-deny --log-level error check licenses bans sources
if target/tools/bin/cargo-deny --log-level off fetch db >/dev/null 2>&1; then
  target/tools/bin/cargo-deny --log-level error check advisories
else
  echo "Advisories were not checked: the database of RustSec cannot be had here."
fi
