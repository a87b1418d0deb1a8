#!/usr/bin/env bash
# Formatting and lints of all Rust code. The core's clippy.toml is what keeps it free of I/O.
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
check() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'failed: %s\n' "$*"; fi; }
check cargo fmt --all --check
# The bindgen is a line of its own over minutes of code of others.
check cargo clippy --locked --workspace --exclude uniffi-bindgen --all-targets --features pegcount/schema --quiet -- -D warnings
check cargo clippy --locked -p pegcount --no-default-features --quiet -- -D warnings
check env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps -p pegcount --all-features --quiet
if ! command -v cargo-deny >/dev/null; then
  echo 'installing cargo-deny: some minutes, once'
  cargo install cargo-deny --locked --quiet --debug 2>/dev/null || cargo install cargo-deny --quiet --debug
fi
if command -v cargo-deny >/dev/null; then
  # `advisories` needs a database from the network; it is run where that can be had.
  check cargo deny --log-level error check bans licenses sources
else
  echo 'cargo-deny cannot be had here: licences and sources are not checked'
fi
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
