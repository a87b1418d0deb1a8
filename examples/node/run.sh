#!/usr/bin/env bash
# Builds and packs the package, installs it here, and runs the example against the sandbox.
set -eu
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_sandbox
setup_npm
. examples/sandbox.sh

root=$PWD
cd "$work"
echo '{ "private": true }' >package.json
npm install --silent --no-fund --no-audit "$NPM_PACKAGE"
cp "$root/examples/node/report.mjs" .
node report.mjs yesterday
head -n 3 segments.csv | cut -c 1-120
