#!/usr/bin/env bash
# The example against the sandbox, no account needed; and what a client without the role is told.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_sandbox
bindings-wasm/go/build.sh
(cd examples/go && CGO_ENABLED=0 go build -o ../../target/go/bin/segments .)
. examples/sandbox.sh

target/go/bin/segments yesterday >"$work/segments.csv"
[ "$(wc -l <"$work/segments.csv")" -gt 1000 ]
head -n 2 "$work/segments.csv" | cut -c 1-120
GENESYSCLOUD_OAUTHCLIENT_ID=$(ready no-analytics client_id) GENESYSCLOUD_OAUTHCLIENT_SECRET=$(ready no-analytics client_secret)
if target/go/bin/segments last-1h 2>"$work/refused"; then
  echo 'a client without the role was let in' >&2
  exit 1
fi
cat "$work/refused"
grep -q 'forbidden.permission' "$work/refused"
