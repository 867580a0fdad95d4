#!/usr/bin/env bash
# A throw-away PgBouncer before the PostgreSQL of tests/postgres.sh, in transaction mode and without prepared statements:
# `start FOLDER SOCKETS` prints the URL of its postgres database, `stop FOLDER` ends and removes it.
set -euo pipefail

action=${1:?start or stop}
folder=${2:?the folder of the pooler}
program=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
[ -x "$program" ] || { echo "PgBouncer is missing. On Debian: apt-get install pgbouncer" >&2; exit 1; }

as_ordinary_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
  else
    "$@"
  fi
}

case $action in
start)
  sockets=${3:?the folder of the sockets of PostgreSQL}
  mkdir -p "$folder"
  # Before 1.21 there was no such setting, and no prepared statement was kept.
  prepared=
  version=$("$program" --version | sed -n 's/^PgBouncer 1\.\([0-9]*\).*/\1/p')
  [ "${version:-0}" -lt 21 ] || prepared="max_prepared_statements = 0"
  cat >"$folder/pgbouncer.ini" <<INI
[databases]
* = host=$sockets user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $folder
logfile = $folder/log
pidfile = $folder/pid
auth_type = any
pool_mode = transaction
$prepared
INI
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder"; fi
  chmod 755 "$folder"
  cd "$folder"
  as_ordinary_user "$program" -q -d "$folder/pgbouncer.ini" >&2
  # It goes into the background before it listens.
  for _ in $(seq 200); do
    [ ! -S "$folder/.s.PGSQL.6432" ] || break
    sleep 0.05
  done
  echo "postgres:///postgres?host=$folder&port=6432&user=postgres"
  ;;
stop)
  kill "$(cat "$folder/pid")" 2>/dev/null || true
  rm -rf "$folder"
  ;;
*)
  echo "start or stop, not $action" >&2
  exit 2
  ;;
esac
