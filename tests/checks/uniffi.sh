#!/usr/bin/env bash
# Kotlin and Java: generated, compiled, checked against Android's API, tested over real HTTP, used from a Java project
# of its own; Swift: generated, compiled, tested over real HTTP; the examples.
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
count() { # a log of Maven: every module's sums
  local runs bad
  runs=$(grep -aE '^\[(INFO|WARNING|ERROR)\] Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$' "$1" |
    sed -E 's/.*run: ([0-9]+).*/\1/' | awk '{ sum += $1 } END { print sum + 0 }')
  bad=$(grep -aE '^\[(INFO|WARNING|ERROR)\] Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$' "$1" |
    sed -E 's/.*Failures: ([0-9]+), Errors: ([0-9]+), Skipped: ([0-9]+)/\1 \2 \3/' | awk '{ sum += $1 + $2 + $3 } END { print sum + 0 }')
  passed=$((passed + runs - bad)) failed=$((failed + bad))
  [ "$runs" -gt 0 ]
}
check() { # what it is about, a command
  local about=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'failed: %s\n' "$about"; fi
}
end() { printf '%s passed, %s failed\n' "$passed" "$failed"; exit $((failed > 0)); }

. tests/setup.sh
command -v mvn >/dev/null || { echo 'Maven and a JDK of 17 or newer are needed: https://maven.apache.org'; failed=1; end; }
setup_python && setup_sandbox || { failed=1; end; }
export SANDBOX_BIN

echo 'generating'
check 'Kotlin is generated' bindings-uniffi/generate.sh kotlin
lines=$(cat bindings-uniffi/src/*.rs | grep -cvE '^ *(//|$)')
echo "the crate has $lines lines beside its comments"

log=$(mktemp) && trap 'rm -f "$log"' EXIT
maven() { mvn -B -ntp "$@" >"$log" 2>&1 || { grep -aE 'ERROR|Undefined reference' "$log" | head -n 60; return 1; }; }

swift_tests() {
  local runs
  bindings-uniffi/swift/run.sh >"$log" 2>&1 ||
    { grep -aE 'error:|needed' "$log" | cut -c 1-400 | head -n 60; tail -n 5 "$log"; return 1; }
  runs=$(sed -nE 's/.*Executed ([0-9]+) tests, with 0 failures.*/\1/p' "$log" | tail -n 1)
  [ "${runs:-0}" -gt 0 ] && passed=$((passed + runs))
}

echo 'building and testing the jars'
now=$(stamp Cargo.toml Cargo.lock core bindings-uniffi)
check 'the jars' maven -f bindings-uniffi/kotlin/pom.xml clean install
check 'tests of the jars ran' count "$log"
grep -a 'memory before' "$log"
# What is good need not be built again for the examples.
[ "$failed" -gt 0 ] || printf '%s' "$now" >target/made/jars

echo 'a project in Java alone'
check 'the consumer' maven -f bindings-uniffi/kotlin/consumer/pom.xml clean test
check 'tests of the consumer ran' count "$log"

echo 'building and testing the Swift package'
check 'Swift' swift_tests

for language in kotlin java swift; do
  echo "examples/$language"
  check "examples/$language" "examples/$language/run.sh"
done

if rustup target add aarch64-linux-android >/dev/null 2>&1; then
  check 'the library for Android' cargo check --locked --quiet -p pegcount-uniffi --target aarch64-linux-android
else
  echo 'not checked: the Rust target aarch64-linux-android cannot be had here'
fi
end
