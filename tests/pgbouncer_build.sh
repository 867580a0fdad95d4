#!/usr/bin/env bash
# Prints where there is a PgBouncer that keeps prepared statements (1.21 or newer): this machine's own, or Debian 13's, built of its source once,
# into target/. Where neither can be had it says why, and ends with 1.
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.24.1
# Of pgbouncer_1.24.1.orig.tar.gz. Debian's patches upon it are what its archive signs for.
sha256=da72a3aba13072876d055a3e58dd4aba4a5de4ed6148e73033185245598fd3e0
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
folder=$PWD/target/pgbouncer
built=$folder/$version/pgbouncer

unavailable() {
  echo "No PgBouncer 1.21 or newer: $*" >&2
  exit 1
}

minor_version() { "$1" --version 2>/dev/null | sed -n 's/^PgBouncer 1\.\([0-9]*\).*/\1/p'; }

for program in "$built" "$(command -v pgbouncer || echo /usr/sbin/pgbouncer)"; do
  minor=$(minor_version "$program" || true)
  if [ "${minor:-0}" -ge 21 ]; then
    echo "$program"
    exit 0
  fi
done

[ -r "$keyring" ] && command -v apt-get >/dev/null || unavailable "this is no Debian whose archive could be asked for the source"
for need in cc make pkg-config patch dpkg-source; do
  command -v "$need" >/dev/null || unavailable "$need is missing"
done
pkg-config --exists libevent openssl || unavailable "libevent-dev or libssl-dev is missing"

# A configuration of its own: neither the machine's lists nor its sources are touched.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Label: Debian' 2>/dev/null | head -n 1)
[ -n "$mirror" ] || unavailable "apt knows of no archive of Debian"
work=$(mktemp -d "${TMPDIR:-/tmp}/cloakroom-pgbouncer.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{parts,state/lists/partial,cache/archives/partial,source}
cat >"$work/parts/trixie.sources" <<SOURCES
Types: deb-src
URIs: $mirror
Suites: trixie
Components: main
Signed-By: $keyring
SOURCES
archive() {
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/parts" \
    -o Dir::State="$work/state" -o Dir::Cache="$work/cache" -o Acquire::Retries=2 -o APT::Update::Error-Mode=any "$@" >&2
}
cd "$work/source"
archive update || unavailable "Debian's archive does not answer, or is not signed as it should be"
archive source --download-only pgbouncer || unavailable "Debian's archive does not give its source"
echo "$sha256  pgbouncer_$version.orig.tar.gz" | sha256sum --check --quiet >&2 \
  || unavailable "what Debian gives is not the source of $version that is pinned here"
dpkg-source --no-check --require-strong-checksums -x pgbouncer_*.dsc tree >"$work/log" 2>&1 \
  && cd tree \
  && ./configure --without-cares --without-pam --without-systemd >>"$work/log" 2>&1 \
  && make -j2 pgbouncer >>"$work/log" 2>&1 \
  || { tail -n 20 "$work/log" >&2; unavailable "its source does not build"; }
mkdir -p "$(dirname "$built")"
install pgbouncer "$built.new"
mv "$built.new" "$built"
echo "$built"
