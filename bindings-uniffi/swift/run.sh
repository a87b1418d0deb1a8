#!/usr/bin/env bash
# Generates the Swift side, builds the package and tests it: the vectors that every language replays, and real HTTP.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
. tests/setup.sh
setup_swift
setup_sandbox
export SANDBOX_BIN LD_LIBRARY_PATH=$target/release DYLD_LIBRARY_PATH=$target/release
cd bindings-uniffi/swift
swift test --scratch-path "$target/swift/library" -Xlinker -L"$target/release"
