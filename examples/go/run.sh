#!/usr/bin/env bash
# The example against the sandbox, no account needed; and what a client without the role is told.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_sandbox
bindings-wasm/go/build.sh
(cd examples/go && CGO_ENABLED=0 go build -o ../../target/go/bin/segments .)
work=$(mktemp -d)
coproc SANDBOX { exec "$SANDBOX_BIN" --org medium --seed 1; }
trap 'kill $SANDBOX_PID 2>/dev/null || true; rm -rf "$work"' EXIT
read -r ready <&"${SANDBOX[0]}"
# The first text of this name, in the part of the line that follows another one.
field() { printf '%s' "${ready#*"$2"}" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d'"' -f4; }
client() {
  GENESYSCLOUD_OAUTHCLIENT_ID=$(field client_id "\"$1\"") GENESYSCLOUD_OAUTHCLIENT_SECRET=$(field client_secret "\"$1\"")
  export GENESYSCLOUD_OAUTHCLIENT_ID GENESYSCLOUD_OAUTHCLIENT_SECRET
}
PEGCOUNT_API_URL=$(field api '') PEGCOUNT_LOGIN_URL=$(field login '') XDG_CACHE_HOME=$work/cache
export PEGCOUNT_API_URL PEGCOUNT_LOGIN_URL XDG_CACHE_HOME
client reporting
target/go/bin/segments "$(field interval '')" >"$work/segments.csv"
[ "$(wc -l <"$work/segments.csv")" -gt 1000 ]
head -n 2 "$work/segments.csv" | cut -c 1-120
client no-analytics
if target/go/bin/segments last-1h 2>"$work/refused"; then
  echo 'a client without the role was let in' >&2
  exit 1
fi
cat "$work/refused"
grep -q 'forbidden.permission' "$work/refused"
