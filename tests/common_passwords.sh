#!/usr/bin/env bash
# Makes src/accounts/common_passwords.bin anew: the first four bytes of the SHA-256 of each common password, sorted.
# Source: the ranked list “passwords-common” of npm's @zxcvbn-ts/language-common (MIT), of which the 10,000 commonest count,
# and all others that are long enough to be taken here. Needs npm and a network.
set -euo pipefail
VERSION=4.1.3
out="$(cd "$(dirname "$0")/.." && pwd)/src/accounts/common_passwords.bin"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent "@zxcvbn-ts/language-common@$VERSION"
OUT="$out" node - "$folder/node_modules/@zxcvbn-ts/language-common" <<'SCRIPT'
const { createHash } = require("node:crypto");
const { writeFileSync } = require("node:fs");
const ranked = require(process.argv[2]).dictionary["passwords-common"];
const common = ranked.filter((word, rank) => rank < 10_000 || [...word].length >= 10).map((word) => word.toLowerCase());
const marks = [...new Set(common)].map((word) => createHash("sha256").update(word).digest().subarray(0, 4));
writeFileSync(process.env.OUT, Buffer.concat(marks.sort(Buffer.compare)));
console.log(`${marks.length} passwords in ${process.env.OUT}`);
SCRIPT
