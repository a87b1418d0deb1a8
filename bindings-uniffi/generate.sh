#!/usr/bin/env bash
# Makes what is not committed: the library, and for each language named its side of UniFFI and its types.
#   generate.sh kotlin swift
set -eu
cd "$(dirname "$0")/.."
here=bindings-uniffi
target=${CARGO_TARGET_DIR:-target}
. tests/setup.sh
find_python

# The name of this system among JNA's folders.
platform() {
  local system=$(uname -s) machine=$(uname -m)
  case $system in Darwin) system=darwin ;; Linux) system=linux ;; *) system=win32 ;; esac
  case $machine in x86_64 | amd64) machine=x86-64 ;; arm64 | aarch64) machine=aarch64 ;; esac
  echo "$system-$machine"
}

cargo build --release --locked --quiet -p pegcount-uniffi
cargo build --locked --quiet -p uniffi-bindgen
for library in "$target"/release/libpegcount_uniffi.so "$target"/release/libpegcount_uniffi.dylib "$target"/release/pegcount_uniffi.dll; do
  [ ! -f "$library" ] || break
done

for language in "$@"; do
  case $language in
    kotlin) out=$here/kotlin/pegcount/generated types=$out/kotlin/io/github/pegcount ;;
    swift) out=$here/swift/generated types=$here/swift/Sources/Pegcount/generated ;;
  esac
  rm -rf "$out" "$types"
  mkdir -p "$out/$language" "$types"
  # From the library with its symbols: a stripped one generates nothing, silently.
  "$target/debug/uniffi-bindgen" generate --config "$here/uniffi.toml" --no-format --language "$language" --out-dir "$out/$language" "$library"
  grep -rq handleResponse "$out/$language" || { echo "nothing was generated for $language: is the library stripped?" >&2; exit 1; }
  "$python" "$here/generate/types_of.py" "$language" core/schema.json "$types"
  if [ "$language" = swift ]; then
    mkdir -p "$out/PegcountFFI" "$out/PegcountCore"
    mv "$out/swift/PegcountFFI.h" "$out/PegcountFFI/"
    mv "$out/swift/PegcountCore.swift" "$out/PegcountCore/"
    printf 'module PegcountFFI {\n    header "PegcountFFI.h"\n    link "pegcount_uniffi"\n    export *\n}\n' >"$out/PegcountFFI/module.modulemap"
    rm -r "$out/swift"
  fi
  # Into the jar goes a stripped copy, where JNA looks for it.
  if [ "$language" = kotlin ]; then
    mkdir -p "$out/resources/$(platform)"
    strip --strip-unneeded -o "$out/resources/$(platform)/${library##*/}" "$library" 2>/dev/null ||
      cp "$library" "$out/resources/$(platform)/"
  fi
done
