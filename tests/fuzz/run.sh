#!/usr/bin/env bash
# Searches for inputs that break a target: run.sh TARGET [SECONDS]. Needs the nightly compiler and cargo-fuzz.
# What is found beyond the corpus is kept in target/fuzz; with SECONDS=0 the corpus is made anew of it, as small as it gets.
set -eu
cd "$(dirname "$0")/../.."
name=${1:?which target: actions, body, headers or token} seconds=${2:-3600}
command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked --quiet
found=target/fuzz/found/$name corpus=tests/fuzz/corpus/$name
mkdir -p "$found" target/fuzz/broken
# Built in parts: in one, as it is released, each target would take three minutes to link.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
# The core has no unsafe code: no sanitizer looks at it, and the search is twice as fast; overflows are looked for.
fuzz() { cargo +nightly fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features search --sanitizer none -O -a "$name" "$@"; }
if [ "$seconds" -gt 0 ]; then
  fuzz "$found" "$corpus" -- -max_len=4096 -timeout=60 -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix=target/fuzz/broken/"$name"-
else
  fresh=$(mktemp -d)
  fuzz "$fresh" "$found" "$corpus" -- -merge=1 -use_counters=0 -max_len=4096
  # What broke something once stays, whatever else reaches the same code.
  find "$corpus" -name 'broke-*' -exec cp {} "$fresh/" \;
  rm -rf "$corpus" && mv "$fresh" "$corpus" && chmod 755 "$corpus"
fi
