#!/usr/bin/env bash
# The drivers on a blocking and on an async HTTP client, against the sandbox: both must write the same segments.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_sandbox
cargo build --locked --quiet -p pegcount-examples
. examples/sandbox.sh

for driver in blocking async; do
  "target/debug/$driver" yesterday >"$work/$driver.csv"
done
[ "$(wc -l <"$work/blocking.csv")" -gt 1000 ]
cmp "$work/blocking.csv" "$work/async.csv"
head -n 2 "$work/blocking.csv" | cut -c 1-120
