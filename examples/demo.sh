#!/usr/bin/env bash
# The main job against the built-in sandbox, as a user would run it. No account needed.
# Sets itself up on a fresh machine: Rust, a C compiler and Python 3.11 or newer must be there, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }
run() { printf '\033[2m$ %s\033[0m\n' "$*" >&2; "$@"; }
# Runs what is meant to be refused, and checks that it is refused with this exit code.
refused() {
  local want=$1 code=0
  shift
  run "$@" || code=$?
  [ "$code" -eq "$want" ] || { say "expected exit code $want, got $code"; exit 1; }
}

say 'Setting up (a few minutes the first time)'
. tests/setup.sh
setup_python
setup_sandbox

work=$(mktemp -d)
export XDG_CACHE_HOME=$work/cache   # this demonstration's own token file
coproc SANDBOX { exec "$SANDBOX_BIN" --org medium --seed 1; }
trap 'kill $SANDBOX_PID 2>/dev/null || true; rm -rf "$work"' EXIT
read -r ready <&"${SANDBOX[0]}"
field() { printf '%s' "$ready" | python3 -c 'import functools, json, sys; print(functools.reduce(lambda value, key: value[key], sys.argv[1:], json.load(sys.stdin)))' "$@"; }
client() {
  GENESYSCLOUD_OAUTHCLIENT_ID=$(field clients "$1" client_id)
  GENESYSCLOUD_OAUTHCLIENT_SECRET=$(field clients "$1" client_secret)
  export GENESYSCLOUD_OAUTHCLIENT_ID GENESYSCLOUD_OAUTHCLIENT_SECRET
}
control() { python3 -c 'import sys, urllib.request as u; print(u.urlopen(u.Request(sys.argv[2], (sys.argv[3].encode() or None) if len(sys.argv) > 3 else None, {"Content-Type": "application/json"}, method=sys.argv[1])).read().decode())' "$1" "$(field control)$2" "${@:3}"; }
PEGCOUNT_API_URL=$(field api) PEGCOUNT_LOGIN_URL=$(field login)
export PEGCOUNT_API_URL PEGCOUNT_LOGIN_URL
client reporting
say "A contact centre is running at $PEGCOUNT_API_URL; the credentials are in the environment"

say 'The last 24 hours by media type'
run pegcount aggregates conversations last-24h --group-by mediaType --metrics nOffered tAnswered tAbandon --wide -f table

say 'Hourly queue statistics to CSV'
run pegcount aggregates conversations yesterday --group-by queueId --granularity PT1H --metrics nOffered tAnswered tAbandon --wide -f csv -o "$work/queues.csv"
head -n 4 "$work/queues.csv"

say "The last hour's conversations to Parquet, twice, as a cron job would: one log-in serves both runs"
for nth in 1 2; do
  run pegcount conversations last-1h --table segments -f parquet -o "$work/segments-$nth.parquet"
  ls -l "$work/segments-$nth.parquet" | awk '{ print $5 " bytes of Parquet" }'
done
logins=$(control GET /requests | python3 -c 'import json, sys; log = json.load(sys.stdin); print(sum(1 for r in log["requests"] if r["path"].endswith("/oauth/token")))')
echo "log-ins so far: $logins"
[ "$logins" -eq 1 ]

say 'A client without the right role'
client no-analytics
refused 4 pegcount conversations last-1h

say 'An endpoint that does not exist'
client reporting
refused 5 pegcount call GET /api/v2/analytics/reporting/queues/summary

say 'A rate limit, waited out in sight'
control POST /faults '{"name": "429", "arg": "3", "count": 1}' >/dev/null
run pegcount directory queues -f csv -o "$work/all-queues.csv"
wc -l <"$work/all-queues.csv" | awk '{ print $1 - 1 " queues" }'

say 'Done. README.md has the same in Python; tests/run.sh proves the rest.'
