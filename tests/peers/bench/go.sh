#!/usr/bin/env bash
# Go: the client beside `encoding/json` with loops, `net/http` and the official SDK.
set -euo pipefail
cd "$(dirname "$0")/../../.."
. tests/setup.sh
setup_sandbox
bindings-wasm/go/build.sh
export SANDBOX_BIN
. tests/peers/bench/alone.sh

here=tests/peers/bench work=$PWD/target/bench/go
mkdir -p "$work/compiled"
(cd "$here/go" && CGO_ENABLED=0 go build -trimpath -o "$work/" ./...)

python3 "$here/beside.py" <<SPEC | tee "$work/table.md"
{
  "versions": "$(go env GOVERSION), CGO_ENABLED=0, $(cd "$here/go" && go list -m -f '{{.Path}} {{.Version}}' github.com/mypurecloud/platform-client-sdk-go/v193)",
  "decode": ["$work/decode"],
  "cases": {
    "ours": "**pegcount**, the columns that the peers make, as slices, times as \`time.Time\`",
    "laid": "**pegcount**, the two tables as blocks of bytes, no column read",
    "all": "**pegcount**, all tables, likewise",
    "values": "**pegcount**, all tables, every column as a slice",
    "typed": "\`encoding/json\` into structs of the fields needed, loops, slices, times left as text",
    "untyped": "\`encoding/json\` into maps, likewise",
    "official": "official SDK, models, loops, slices"
  },
  "start": {
    "**pegcount**": ["$work/ours"],
    "**pegcount**, with \`UseCompilationCache\`": ["$work/ours", "$work/compiled"],
    "plain \`net/http\` and \`encoding/json\`": ["$work/plain"],
    "official SDK": ["$work/official"]
  },
  "sizes": {
    "**pegcount**, the program that starts": ["$work/ours"],
    "plain \`net/http\` and \`encoding/json\`": ["$work/plain"],
    "official SDK": ["$work/official"]
  }
}
SPEC
