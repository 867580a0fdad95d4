#!/usr/bin/env bash
# The one test command: installs what it can, then runs everything. Needs Rust, Node.js 20 and Python 3; on Debian,
# as root, it installs the rest itself. Ends with 0 only if all of it passed.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

missing() {
  echo "Missing: $1" >&2
  problems=1
}

# Debian's packages, where they can be installed.
install() {
  [ $# -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  step "Installing $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

install_packages() {
  local wanted=()
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || wanted+=(postgresql)
  command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || wanted+=(pgbouncer)
  command -v prlimit >/dev/null || wanted+=(util-linux)
  command -v psql >/dev/null || wanted+=(postgresql-client)
  [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || wanted+=(chromium)
  command -v cc >/dev/null || wanted+=(gcc libc6-dev)
  command -v rclone >/dev/null || [ "$(id -u)" != 0 ] || wanted+=(rclone)
  python3 -c 'import ensurepip' >/dev/null 2>&1 || wanted+=(python3 python3-venv)
  install "${wanted[@]}" || for name in "${wanted[@]}"; do missing "$name (on Debian: apt-get install $name)"; done
}

# Firefox and WebKit are tried where they can be had.
install_other_browsers() {
  local wanted=()
  [ -x "${FIREFOX:-/usr/bin/firefox-esr}" ] || wanted+=(firefox-esr)
  [ -x /usr/bin/WebKitWebDriver ] || wanted+=(webkit2gtk-driver)
  [ -x /usr/bin/Xvfb ] || wanted+=(xvfb)
  install "${wanted[@]}" || echo "Firefox or WebKit is skipped: not installed: ${wanted[*]}"
}

# What a newer PgBouncer than Debian 12's is built with; tests/pgbouncer_build.sh says what is missing.
install_for_pooler() {
  local wanted=()
  command -v make >/dev/null || wanted+=(make)
  command -v pkg-config >/dev/null || wanted+=(pkg-config)
  command -v dpkg-source >/dev/null && command -v patch >/dev/null || wanted+=(dpkg-dev)
  pkg-config --exists libevent 2>/dev/null || wanted+=(libevent-dev)
  pkg-config --exists openssl 2>/dev/null || wanted+=(libssl-dev)
  install "${wanted[@]}" || true
}

problems=0
command -v cargo >/dev/null || missing "cargo, Rust 1.94 or later: https://rustup.rs"
command -v npm >/dev/null || missing "npm, with Node.js 20 or later: https://nodejs.org"
install_packages
[ "$problems" = 0 ] || exit 1
install_other_browsers
install_for_pooler

step "Python and npm packages"
# s3fs wants another botocore than boto3 does.
for name in venv venv-s3fs; do
  [ -x "target/$name/bin/python" ] || python3 -m venv "target/$name"
  "target/$name/bin/python" -m pip install --quiet --disable-pip-version-check -r "tests/clients/$name.txt"
done
for folder in tests/e2e tests/clients/js; do
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error
done
command -v rclone >/dev/null || echo "rclone is not tried against the embedded bucket: it is not installed"

step "Format and lints"
cargo fmt --all --check
cargo clippy --workspace --all-targets --features cloakroom/crash-points --quiet -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
npm run --prefix tests/e2e --silent check

step "Dependencies"
bash tests/dependencies.sh

step "PostgreSQL, and a pooler in transaction mode before it"
cluster=$(mktemp -d "${TMPDIR:-/tmp}/cloakroom-test.XXXXXX")
pooler=$(mktemp -d "${TMPDIR:-/tmp}/cloakroom-pooler.XXXXXX")
trap 'bash tests/pgbouncer.sh stop "$pooler"; bash tests/postgres.sh stop "$cluster"' EXIT
CLOAKROOM_TEST_POSTGRES=$(bash tests/postgres.sh start "$cluster")
export CLOAKROOM_TEST_POSTGRES
if bash tests/pgbouncer_build.sh; then
  CLOAKROOM_TEST_POOLER=$(bash tests/pgbouncer.sh start "$pooler" "$cluster" 200)
  export CLOAKROOM_TEST_POOLER
else
  echo "PgBouncer is skipped: the tests go to PostgreSQL itself"
fi

step "Rust tests, on SQLite and PostgreSQL${CLOAKROOM_TEST_POOLER:+ through PgBouncer}"
# Tests wait for clocks, locks and servers as much as they compute.
RUST_TEST_THREADS=${RUST_TEST_THREADS:-$(($(nproc) + 1))} cargo test --workspace --features cloakroom/crash-points --quiet

step "Browser tests, on SQLite with the embedded bucket and on PostgreSQL with a store of its own; the journey in Firefox and WebKit"
# With the program that the tests above were built with.
npm test --prefix tests/e2e --silent

step "All passed"
