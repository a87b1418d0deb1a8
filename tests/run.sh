#!/usr/bin/env bash
# Runs every check, two side by side. Each is a script of its own in tests/checks and can be run alone:
#   tests/run.sh                 all of them
#   tests/run.sh rust python     these
# A check prints what it does and ends with a line "N passed, N failed"; so does this script, with the sums. What a
# check prints is shown as a whole when it has ended; of one that is run alone, as it comes.
set -u
cd "$(dirname "$0")/.." || exit 1

checks=("$@")
[ ${#checks[@]} -gt 0 ] || checks=(house lint python rust wasm uniffi fidelity go oauth pure demo agree)
# Without flock they could not wait for one another (tests/setup.sh).
lanes=2
[ ${#checks[@]} -gt 1 ] && command -v flock >/dev/null || lanes=1

passed=0 failed=0 broken=() running=()
logs=$(mktemp -d)
set -m # each in a process group of its own, so that none outlives this script
trap 'for job in $(jobs -p); do kill -- "-$job" 2>/dev/null; done; rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM

run() { # a check
  local started=$SECONDS
  "tests/checks/$1.sh" </dev/null
  echo "$? $((SECONDS - started))" >"$logs/$1.ended"
}

tell() { # a check that has ended: its sums
  local status=1 seconds=? counts p f
  [ ! -e "$logs/$1.ended" ] || read -r status seconds <"$logs/$1.ended"
  counts=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$logs/$1" | tail -n 1)
  if [ -z "$counts" ]; then
    # A check that ends without its count did not run to its end, whatever its exit code says.
    counts="0 passed, 1 failed"
    status=1
  fi
  read -r p _ f _ <<<"$counts"
  [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
  passed=$((passed + p)) failed=$((failed + f))
  [ "$f" -eq 0 ] || broken+=("$1")
  printf '=== %s: %s passed, %s failed, %s s\n' "$1" "$p" "$f" "$seconds"
}

until_running() { # at most so many
  local one left
  while [ ${#running[@]} -gt "$1" ]; do
    wait -n
    left=()
    for one in "${running[@]}"; do
      if kill -0 "${one#*:}" 2>/dev/null; then
        left+=("$one")
      else
        printf '\n=== %s\n' "${one%:*}"
        cat "$logs/${one%:*}"
        tell "${one%:*}"
      fi
    done
    running=("${left[@]}")
  done
}

for check in "${checks[@]}"; do
  if [ "$lanes" -eq 1 ]; then
    printf '\n=== %s\n' "$check"
    run "$check" 2>&1 | tee "$logs/$check"
    tell "$check"
    continue
  fi
  # It compares what others build and test: alone.
  [ "$check" = agree ] && until_running 0 || until_running 1
  echo "=== $check begins"
  run "$check" >"$logs/$check" 2>&1 &
  running+=("$check:$!")
done
until_running 0

printf '\n'
[ ${#broken[@]} -eq 0 ] || printf 'failed: %s\n' "${broken[*]}"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
