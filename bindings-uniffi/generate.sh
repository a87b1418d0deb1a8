#!/usr/bin/env bash
# Makes what is not committed: the library, and for each language named its side of UniFFI and its types.
#   generate.sh kotlin swift
set -eu
cd "$(dirname "$0")/.."
here=bindings-uniffi
target=${CARGO_TARGET_DIR:-target}
. tests/setup.sh
find_python

cargo build --release --locked --quiet -p pegcount-uniffi
cargo build --locked --quiet -p uniffi-bindgen
for library in "$target"/release/libpegcount_uniffi.so "$target"/release/libpegcount_uniffi.dylib "$target"/release/pegcount_uniffi.dll; do
  [ ! -f "$library" ] || break
done

for language in "$@"; do
  case $language in
    kotlin) out=$here/kotlin/pegcount/generated types=$out/kotlin/io/github/pegcount ;;
    swift) out=$here/swift/Sources/generated types=$here/swift/Sources/Pegcount/generated ;;
  esac
  rm -rf "$out" "$types"
  mkdir -p "$out/$language" "$types"
  # From the library with its symbols: a stripped one generates nothing, silently.
  "$target/debug/uniffi-bindgen" generate --config "$here/uniffi.toml" --no-format --language "$language" --out-dir "$out/$language" "$library"
  grep -rq handleResponse "$out/$language" || { echo "nothing was generated for $language: is the library stripped?" >&2; exit 1; }
  "$python" "$here/generate/types_of.py" "$language" core/schema.json "$types"
done
