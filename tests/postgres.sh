#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and benchmarks: `start FOLDER [SETTING=VALUE…]` prints its URL, `restart FOLDER` breaks it off and starts it again,
# `stop FOLDER` ends and removes it. It listens on a socket in its folder alone, so it needs no free port, and runs as an ordinary user, since
# PostgreSQL refuses root.
set -euo pipefail

action=${1:?start, restart or stop}
folder=${2:?the folder of the cluster}

# The newest server on this machine: Debian keeps its programs out of the path.
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$binaries/initdb" ] || binaries=$(dirname "$(readlink -f "$(command -v initdb || echo /nonexistent/initdb)")")
if ! [ -x "$binaries/initdb" ]; then
  echo "PostgreSQL's server is missing. On Debian: apt-get install postgresql" >&2
  exit 1
fi

as_ordinary_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
  else
    "$@"
  fi
}

case $action in
start)
  settings=$(printf -- ' -c %s' "${@:3}")
  [ $# -gt 2 ] || settings=
  mkdir -p "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  chmod 755 "$folder"
  cd "$folder"
  as_ordinary_user "$binaries/initdb" -D "$folder/cluster" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 \
    || { cat "$folder/initdb.log" >&2; exit 1; }
  # Nobody's files are in it, so it need not wait for the disk.
  as_ordinary_user "$binaries/pg_ctl" -D "$folder/cluster" -l "$folder/cluster/log" -w -t 60 start \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=400 -c fsync=off -c full_page_writes=off$settings" \
    >"$folder/cluster/pg_ctl.log" 2>&1 || { cat "$folder/cluster/log" >&2; exit 1; }
  echo "postgres:///postgres?host=$folder&user=postgres"
  ;;
restart)
  cd /
  # As after a power cut.
  as_ordinary_user "$binaries/pg_ctl" -D "$folder/cluster" -l "$folder/cluster/log" -m immediate -w -t 60 restart >/dev/null 2>&1
  ;;
stop)
  cd /
  as_ordinary_user "$binaries/pg_ctl" -D "$folder/cluster" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
  ;;
*)
  echo "start, restart or stop, not $action" >&2
  exit 2
  ;;
esac
