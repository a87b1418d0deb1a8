#!/usr/bin/env bash
# Runs every check. Each is a script of its own in tests/checks and can be run alone:
#   tests/run.sh                 all of them
#   tests/run.sh rust python     these
# A check prints what it does and ends with a line "N passed, N failed"; so does this script, with the sums.
set -u
cd "$(dirname "$0")/.." || exit 1

checks=("$@")
[ ${#checks[@]} -gt 0 ] || checks=(house lint rust simulation pure python wasm oauth go uniffi agree fidelity demo)

passed=0 failed=0 broken=()
log=$(mktemp) && trap 'rm -f "$log"' EXIT
for check in "${checks[@]}"; do
  started=$SECONDS
  printf '\n=== %s\n' "$check"
  "tests/checks/$check.sh" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  if [ -z "$counts" ]; then
    # A check that ends without its count did not run to its end, whatever its exit code says.
    counts="0 passed, 1 failed"
    status=1
  fi
  read -r p _ f _ <<<"$counts"
  [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
  passed=$((passed + p)) failed=$((failed + f))
  [ "$f" -eq 0 ] || broken+=("$check")
  printf '=== %s: %s passed, %s failed, %s s\n' "$check" "$p" "$f" $((SECONDS - started))
done

printf '\n'
[ ${#broken[@]} -eq 0 ] || printf 'failed: %s\n' "${broken[*]}"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
