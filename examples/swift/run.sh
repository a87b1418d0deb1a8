#!/usr/bin/env bash
# Runs the example against the sandbox. Rust and a Swift toolchain of 5.9 or newer must be there.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v swift >/dev/null || { echo 'no Swift toolchain was found: https://swift.org/install' >&2; exit 1; }
. tests/setup.sh
bindings-uniffi/generate.sh swift
setup_sandbox
. examples/sandbox.sh

library=$PWD/target/release
export LD_LIBRARY_PATH=$library DYLD_LIBRARY_PATH=$library
swift run --package-path examples/swift -Xlinker -L"$library" Example "$work"
[ "$(wc -l <"$work/segments.csv")" -gt 100 ]
[ "$(head -c 6 "$work/segments.arrow")" = ARROW1 ]
