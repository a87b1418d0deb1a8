#!/usr/bin/env bash
# Client and sandbox under virtual time: twenty thousand runs, a minute of one core.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp) && trap 'rm -f "$log"' EXIT
cargo test --locked --profile simulation -p pegcount-simulation --no-fail-fast 2>&1 | tee "$log"
status=$?
awk '/^test result:/ { p += $4; f += $6 } END { printf "%d passed, %d failed\n", p, f }' "$log"
exit $status
