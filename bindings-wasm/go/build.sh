#!/usr/bin/env bash
# Makes what the Go module needs and the repository does not hold: the core as WebAssembly, and the types.
# On release tags both are committed, so that `go get` needs nothing else.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=wasm32-unknown-unknown
rustup target list --installed 2>/dev/null | grep -q "$target" || rustup target add "$target" || {
  echo "the Rust target $target cannot be had: rustup target add $target" >&2
  exit 1
}
cargo build --release --locked --quiet -p pegcount-abi --target "$target"
built=${CARGO_TARGET_DIR:-target}/$target/release/pegcount_abi.wasm
# An unchanged file is left alone: Go's build cache goes by its time.
cmp -s "$built" bindings-wasm/go/pegcount.wasm || cp "$built" bindings-wasm/go/pegcount.wasm
chmod 644 bindings-wasm/go/pegcount.wasm
cd bindings-wasm/go
go generate .
