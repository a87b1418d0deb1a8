#!/usr/bin/env bash
# Builds and packs the package, installs it here, and runs the example against the sandbox.
set -eu
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_sandbox
setup_npm
project=$(mktemp -d) && cd "$project"
trap 'kill $sandbox 2>/dev/null; rm -rf "$project"' EXIT
echo '{ "private": true }' >package.json
npm install --silent --no-fund --no-audit "$NPM_PACKAGE"
cp "$OLDPWD/examples/node/report.mjs" .

mkfifo ready
"$SANDBOX_BIN" --seed 7 >ready & sandbox=$!
read -r line <ready
field() { node -p 'const at = (ready, path) => path.split(".").reduce((part, key) => part[key], ready); at(JSON.parse(process.argv[1]), process.argv[2])' "$line" "$1"; }
export PEGCOUNT_API_URL PEGCOUNT_LOGIN_URL GENESYSCLOUD_OAUTHCLIENT_ID GENESYSCLOUD_OAUTHCLIENT_SECRET XDG_CACHE_HOME=$project/cache
PEGCOUNT_API_URL=$(field api) PEGCOUNT_LOGIN_URL=$(field login)
GENESYSCLOUD_OAUTHCLIENT_ID=$(field clients.reporting.client_id)
GENESYSCLOUD_OAUTHCLIENT_SECRET=$(field clients.reporting.client_secret)
node report.mjs "$(field interval)"
head -n 3 segments.csv | cut -c 1-120
