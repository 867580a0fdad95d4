# What the benchmarks share, to be sourced: the release build, throw-away folders, servers that end with the script.

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

# A database in a throw-away PostgreSQL, a store as a process of its own, and the app: its address is in `address`.
begin_production() {
  export R2_ACCESS_KEY_ID=benchmark R2_SECRET_ACCESS_KEY=benchmark R2_BUCKET_NAME=benchmark RUST_LOG=warn
  DATABASE_URL=$(bash tests/postgres.sh start "$cluster")
  DATA_DIR=$folder/store STORE_BIND=127.0.0.1:0 begin store
  hear "Store listening on "
  # One account does what many would.
  export PRESIGN_BURST=1000000000 PRESIGN_PER_SECOND=1000000 PRESIGN_OPEN=1000000000
  export DATABASE_URL R2_ENDPOINT=$address DATA_DIR=$folder/app BIND=127.0.0.1:0
  begin serve
  hear "Cloakroom listening on "
}

create_user() {
  target/release/cloakroom user create --email "$1" --password-stdin <<<"correct horse battery" 2>/dev/null
}
