#!/usr/bin/env bash
# How long the gallery takes for somebody with many files and for somebody with a thousand, on PostgreSQL with a million
# and on SQLite with a hundred thousand. Fails when the first page of the many takes more than 1.5 times as long. Takes some
# minutes, and ends what it started. See README.md beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --release --quiet
cargo bench --quiet --bench gallery --no-run
. tests/bench/servers.sh

id_of() { target/release/cloakroom user list | awk -F'\t' -v email="$1" '$1 == email { print $5 }'; }

# A third images, the rest archives; sizes and names of their own.
columns="object_key, file_url, user_id, upload_timestamp, taken_at, file_name, name_key, content_type, kind, size"
values="'file-' || n, 'file-' || n, CASE WHEN n % 3 = 0 THEN 'image/png' ELSE 'application/zip' END, CASE WHEN n % 3 = 0 THEN 'image' ELSE 'archive' END, n * 7919 % 1000003"

fill_postgres() {
  psql --no-psqlrc --quiet --dbname "$DATABASE_URL" --command "INSERT INTO r2_files ($columns)
    SELECT '$1/' || n, '', '$1', now() - n * interval '1 second', now() - n * interval '1 second', $values FROM generate_series(1, $2::bigint) AS n"
}

fill_sqlite() {
  python3 - "$folder/sqlite/cloakroom.db" "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $2)
    INSERT INTO r2_files ($columns) SELECT '$1/' || n, '', '$1', strftime('%Y-%m-%dT%H:%M:%S+00:00', 1700000000 + n, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%S+00:00', 1700000000 + n, 'unixepoch'), $values FROM numbers" <<'PYTHON'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=60)
database.execute(sys.argv[2])
database.execute("ANALYZE")
database.commit()
PYTHON
}

begin_production
create_user few@example.com
create_user many@example.com
fill_postgres "$(id_of few@example.com)" 1000
fill_postgres "$(id_of many@example.com)" 1000000
psql --no-psqlrc --quiet --dbname "$DATABASE_URL" --command "VACUUM ANALYZE r2_files"
echo "PostgreSQL, 1,000 and 1,000,000 files:"
cargo bench --quiet --bench gallery -- "$address" few@example.com many@example.com

unset DATABASE_URL R2_ENDPOINT R2_ACCESS_KEY_ID R2_SECRET_ACCESS_KEY R2_BUCKET_NAME
export DATA_DIR=$folder/sqlite STORE_BIND=127.0.0.1:0
begin serve
hear "Cloakroom listening on "
create_user few@example.com
create_user many@example.com
fill_sqlite "$(id_of few@example.com)" 1000
fill_sqlite "$(id_of many@example.com)" 100000
echo "SQLite, 1,000 and 100,000 files:"
cargo bench --quiet --bench gallery -- "$address" few@example.com many@example.com
