#!/usr/bin/env bash
# A throw-away PgBouncer before the PostgreSQL of tests/postgres.sh, in transaction mode: `start FOLDER SOCKETS COUNT` prints the URL of its
# postgres database, `stop FOLDER` ends and removes it. It keeps COUNT prepared statements of each connection; with 0 none, which any version can.
set -euo pipefail
cd "$(dirname "$0")/.."

action=${1:?start or stop}
folder=${2:?the folder of the pooler}

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
  count=${4:?how many prepared statements are kept}
  if [ "$count" = 0 ]; then
    program=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
    [ -x "$program" ] || { echo "PgBouncer is missing. On Debian: apt-get install pgbouncer" >&2; exit 1; }
  else
    program=$(bash tests/pgbouncer_build.sh)
  fi
  mkdir -p "$folder"
  # A checkout may be where no other user can look.
  install "$program" "$folder/pgbouncer"
  # Before 1.21 there were no such settings, and no prepared statement was kept.
  newer=
  minor=$("$program" --version | sed -n 's/^PgBouncer 1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -lt 21 ] || newer="auth_dbname = postgres
max_prepared_statements = $count"
  # Users are PostgreSQL's own. It asks again at once whether PostgreSQL is back.
  cat >"$folder/pgbouncer.ini" <<INI
[databases]
* = host=$sockets auth_user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $folder
logfile = $folder/log
pidfile = $folder/pid
auth_type = trust
pool_mode = transaction
max_client_conn = 2000
server_login_retry = 1
$newer
INI
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder"; fi
  chmod 755 "$folder"
  cd "$folder"
  as_ordinary_user "$folder/pgbouncer" -q -d "$folder/pgbouncer.ini" >&2
  # It goes into the background before it listens.
  for _ in $(seq 200); do
    [ ! -S "$folder/.s.PGSQL.6432" ] || break
    sleep 0.05
  done
  echo "postgres:///postgres?host=$folder&port=6432&user=postgres"
  ;;
stop)
  kill "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null || true
  rm -rf "$folder"
  ;;
*)
  echo "start or stop, not $action" >&2
  exit 2
  ;;
esac
