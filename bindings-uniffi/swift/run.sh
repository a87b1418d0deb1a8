#!/usr/bin/env bash
# Generates the Swift side; builds and tests it where a Swift toolchain is found.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
bindings-uniffi/generate.sh swift
if ! command -v swift >/dev/null; then
  echo 'Swift: generated, not compiled: no toolchain of 5.9 or newer was found (https://swift.org/install)'
  exit 0
fi
. tests/setup.sh
setup_sandbox
export SANDBOX_BIN
cd bindings-uniffi/swift
LD_LIBRARY_PATH=$target/release DYLD_LIBRARY_PATH=$target/release swift test -Xlinker -L"$target/release"
