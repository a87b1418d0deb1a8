#!/usr/bin/env bash
# Our log-ins, from Python and from Node, at a certified OAuth server (npm oidc-provider). Arguments go to pytest.
set -u
cd "$(dirname "$0")/../../.." || exit 1
. tests/setup.sh
give_up() {
  echo "$*: nothing was tested"
  echo '0 passed, 1 failed'
  exit 1
}
{ setup_pytest && setup_npm; } >&2 || give_up 'the packages cannot be built'
OAUTH_PEER=$PWD/target/oauth OAUTH_NODE=$PWD/target/oauth-node
mkdir -p "$OAUTH_PEER" "$OAUTH_NODE"
cp tests/peers/oauth/{package.json,server.mjs} "$OAUTH_PEER"
cp tests/peers/oauth/node.mjs "$OAUTH_NODE"
echo '{ "private": true }' >"$OAUTH_NODE/package.json"
(cd "$OAUTH_PEER" && npm install --silent --no-fund --no-audit) || give_up 'oidc-provider cannot be installed'
(cd "$OAUTH_NODE" && npm install --silent --no-fund --no-audit "$NPM_PACKAGE") || give_up 'the npm package cannot be installed'
export OAUTH_PEER OAUTH_NODE
log=$(mktemp) && trap 'rm -f "$log"' EXIT
(cd tests/peers/oauth && python -m pytest -q "$@") 2>&1 | tee "$log"
count() { grep -oE "[0-9]+ $1" <<<"$(tail -n 1 "$log")" | cut -d' ' -f1; }
p=$(count passed) f=$(count failed) e=$(count error)
printf '%s passed, %s failed\n' "${p:-0}" $((${f:-0} + ${e:-0}))
[ "${p:-0}" -gt 0 ] && [ $((${f:-0} + ${e:-0})) -eq 0 ]
