#!/usr/bin/env bash
# Go: the client beside `encoding/json` with loops and `net/http`.
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

# The official SDK has a major version in its path; what is told is what the proxy says of the one that is asked for.
sdk=github.com/mypurecloud/platform-client-sdk-go/v199
if said=$(cd "$(mktemp -d)" && go mod download "$sdk@latest" 2>&1); then
  remark="The official SDK ($sdk) can be had from here; no program here measures it."
else
  remark="Not measured: the official SDK ($sdk) cannot be had here: $(printf '%s' "$said" | tail -n 1 | tr -d '"\\\t')"
fi

python3 "$here/beside.py" <<SPEC | tee "$work/table.md"
{
  "versions": "$(go env GOVERSION), CGO_ENABLED=0",
  "decode": ["$work/decode"],
  "cases": {
    "ours": "**pegcount**, the columns that the peers make, as slices, times as \`time.Time\`",
    "laid": "**pegcount**, the two tables as blocks of bytes, no column read",
    "all": "**pegcount**, all tables, likewise",
    "values": "**pegcount**, all tables, every column as a slice",
    "typed": "\`encoding/json\` into structs of the fields needed, loops, slices, times left as text",
    "untyped": "\`encoding/json\` into maps, likewise"
  },
  "start": {
    "**pegcount**": ["$work/ours"],
    "**pegcount**, with \`UseCompilationCache\`": ["$work/ours", "$work/compiled"],
    "plain \`net/http\` and \`encoding/json\`": ["$work/plain"]
  },
  "sizes": {
    "**pegcount**, the program that starts": ["$work/ours"],
    "plain \`net/http\` and \`encoding/json\`": ["$work/plain"]
  },
  "remarks": ["$remark"]
}
SPEC
