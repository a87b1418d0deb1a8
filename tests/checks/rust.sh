#!/usr/bin/env bash
# Every Rust test: the core, the sandbox, the two under virtual time (twenty thousand runs), the corpora of the fuzzer, the
# token file, the border of the plain module.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp) && trap 'rm -f "$log"' EXIT
cargo test --locked --features pegcount/schema --no-fail-fast 2>&1 | tee "$log"
status=$?
awk '/^test result:/ { p += $4; f += $6 } END { printf "%d passed, %d failed\n", p, f }' "$log"
exit $status
