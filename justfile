# What people type, for those who have `just`; each is one line that works without it. CONTRIBUTING.md says more.

# Run it with nothing configured: SQLite and a bucket of its own, in data/
run *arguments:
    cargo run --release -- {{arguments}}

# Everything that must pass: installs what it can, then lints and tests on both databases and in the browser
test:
    bash tests/run.sh

# Format, lints and the types of the scripts; before the first time: npm ci --prefix tests/e2e
check:
    cargo fmt --all --check && cargo clippy --workspace --all-targets -- -D warnings && npm run --prefix tests/e2e check

# Browser tests in the set-up that needs no PostgreSQL, or some of them: just browser upload.spec.js
browser *arguments:
    cargo build && npm test --prefix tests/e2e -- --project=embedded {{arguments}}

# What an upload costs the server
bench *arguments:
    bash tests/bench/run.sh {{arguments}}
