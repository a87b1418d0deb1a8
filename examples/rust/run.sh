#!/usr/bin/env bash
# The drivers on a blocking and on an async HTTP client, against the sandbox: both must write the same segments.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_sandbox
cargo build --locked --quiet -p pegcount-examples
work=$(mktemp -d)
coproc SANDBOX { exec "$SANDBOX_BIN" --org medium --seed 1; }
trap 'kill $SANDBOX_PID 2>/dev/null || true; rm -rf "$work"' EXIT
read -r ready <&"${SANDBOX[0]}"
# The first text of this name; `reporting` is the first of the clients.
field() { printf '%s' "$ready" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d'"' -f4; }
export PEGCOUNT_API_URL PEGCOUNT_LOGIN_URL GENESYSCLOUD_OAUTHCLIENT_ID GENESYSCLOUD_OAUTHCLIENT_SECRET
PEGCOUNT_API_URL=$(field api) PEGCOUNT_LOGIN_URL=$(field login)
GENESYSCLOUD_OAUTHCLIENT_ID=$(field client_id) GENESYSCLOUD_OAUTHCLIENT_SECRET=$(field client_secret)
for driver in blocking async; do
  "target/debug/$driver" "$(field interval)" >"$work/$driver.csv"
done
[ "$(wc -l <"$work/blocking.csv")" -gt 1000 ]
cmp "$work/blocking.csv" "$work/async.csv"
head -n 2 "$work/blocking.csv" | cut -c 1-120
