#!/usr/bin/env bash
# JavaScript in Node: the packed npm package beside `JSON.parse` with loops, `fetch`, and the official SDK.
set -euo pipefail
cd "$(dirname "$0")/../../.."
. tests/setup.sh
setup_sandbox
setup_npm
export SANDBOX_BIN
. tests/peers/bench/alone.sh

sdk=262.0.0 here=tests/peers/bench work=$PWD/target/bench/node
# Each in a folder of its own, so that its size can be told; resolved through one.
for one in "pegcount $NPM_PACKAGE" "official purecloud-platform-client-v2@$sdk"; do
  folder=$work/${one%% *}
  mkdir -p "$folder" && echo '{ "private": true }' >"$folder/package.json"
  npm --prefix "$folder" install --silent --no-fund --no-audit "${one#* }"
done
mkdir -p "$work/node_modules"
ln -sfn "$work/pegcount/node_modules/pegcount" "$work/node_modules/pegcount"
ln -sfn "$work/official/node_modules/purecloud-platform-client-v2" "$work/node_modules/purecloud-platform-client-v2"
cp "$here"/node/*.?js "$work"

python3 "$here/beside.py" <<SPEC | tee "$work/table.md"
{
  "versions": "Node $(node -p process.versions.node), purecloud-platform-client-v2 $sdk",
  "decode": ["node", "--expose-gc", "$work/decode.mjs"],
  "cases": {
    "ours": "**pegcount**, the columns that the peers make, as lists of values",
    "laid": "**pegcount**, all columns of the two tables, numbers as typed arrays, texts as UTF-8 and offsets",
    "all": "**pegcount**, all tables, likewise",
    "parse": "\`JSON.parse\`, loops, lists",
    "official": "official SDK without its network (\`axios\`, no models), loops, lists"
  },
  "start": {
    "**pegcount**": ["node", "$work/ours.mjs"],
    "plain \`fetch\` and \`JSON.parse\`": ["node", "$work/plain.mjs"],
    "official SDK": ["node", "$work/official.cjs"],
    "Node alone": ["node", "-e", "console.log(100)"]
  },
  "sizes": {
    "**pegcount**, packed": ["$NPM_PACKAGE"],
    "**pegcount**, installed": ["$work/pegcount/node_modules"],
    "**pegcount**, what Node loads of it": ["$work/pegcount/node_modules/pegcount/dist/node.cjs", "$work/pegcount/node_modules/pegcount/dist/node.wasm", "$work/pegcount/node_modules/pegcount/dist/tables.wasm"],
    "official SDK with what it needs, installed": ["$work/official/node_modules"]
  }
}
SPEC
