#!/usr/bin/env bash
# Runs the example against the sandbox. Rust must be there; Swift, too, unless it can be installed here.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_swift
setup_sandbox
. examples/sandbox.sh

library=${CARGO_TARGET_DIR:-$PWD/target}/release
export LD_LIBRARY_PATH=$library DYLD_LIBRARY_PATH=$library
swift run --package-path examples/swift/segments --scratch-path "${library%/release}/swift/example" -Xlinker -L"$library" \
  Segments yesterday "$work"
[ "$(wc -l <"$work/segments.csv")" -gt 100 ]
[ "$(head -c 6 "$work/segments.arrow")" = ARROW1 ]
