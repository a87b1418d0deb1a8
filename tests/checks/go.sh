#!/usr/bin/env bash
# The plain WebAssembly module and the Go client on it: formatting, lints, tests with and without the race detector,
# against the sandbox and beside the Python client. Arguments go to go test.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/setup.sh
give_up() {
  echo "$*: nothing was tested"
  echo '0 passed, 1 failed'
  exit 1
}
setup_go || give_up 'the Go module cannot be built'
setup_sandbox || give_up 'the sandbox cannot be built'
setup_python || give_up 'the wheel, which shares its token file, cannot be built'
export SANDBOX_BIN PEGCOUNT_TEST_PYTHON=$VIRTUAL_ENV/bin/python PEGCOUNT_TEST_CACHE=$PWD/target/go/compiled CGO_ENABLED=0

passed=0 failed=0
check() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'failed: %s\n' "$*"; fi; }
formatted() { [ -z "$(gofmt -l .)" ] || { gofmt -l .; return 1; }; }
log=$(mktemp) && trap 'rm -f "$log"' EXIT
# Every test and its parts count; a run that ends without a word has failed.
tested() {
  "$@" 2>&1 | tee "$log" | grep -vE '^ *(=== |--- PASS|ok |PASS)'
  local status=${PIPESTATUS[0]} p f
  p=$(grep -cE '^ *--- PASS' "$log")
  f=$(grep -cE '^ *--- FAIL' "$log")
  [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
  printf '%s: %s passed, %s failed\n' "$*" "$p" "$f" | sed 's/^/  /'
  passed=$((passed + p)) failed=$((failed + f))
}

# The exports exist on this target alone.
check cargo clippy --locked --quiet -p pegcount-abi --target wasm32-unknown-unknown -- -D warnings
cd bindings-wasm/go || exit 1
check formatted
check go vet ./...
check "$GO_BIN/staticcheck" ./...
tested go test -count=1 -v "$@" ./...
if command -v gcc >/dev/null; then
  # The client needs no cgo; the race detector does. What only measures memory has one goroutine.
  tested env CGO_ENABLED=1 go test -count=1 -v -race -skip 'Memory|Grown' "$@" ./...
else
  echo 'there is no C compiler: the race detector was not run'
fi
cd tests/arrow || exit 1
check go vet ./...
tested go test -count=1 -v ./...
cd ../../../..
check examples/go/run.sh

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
