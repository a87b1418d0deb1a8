#!/usr/bin/env bash
# Builds the wheels of the client and of the sandbox, installs them as a user would, and tests what is installed.
# Arguments go to pytest.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/setup.sh

give_up() {
  echo "$*: nothing was tested"
  echo '0 passed, 1 failed'
  exit 1
}
setup_pytest || give_up 'the wheels and what the tests need cannot be installed'

cd bindings-python || exit 1
passed=0 failed=0
check() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'failed: %s\n' "$*"; fi; }
check ruff format --quiet --check .
check ruff check --quiet .
check mypy --no-error-summary python/pegcount
check python -m mypy.stubtest --ignore-missing-stub pegcount._native
check ../examples/redis/run.sh

log=$(mktemp) && trap 'rm -f "$log"' EXIT
python -m pytest "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
count() { grep -oE "[0-9]+ $1" <<<"$(tail -n 1 "$log")" | cut -d' ' -f1; }
p=$(count passed) f=$(count failed) e=$(count error)
passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0} + ${e:-0}))
# A run that ends badly without a count (a crash) has failed.
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
