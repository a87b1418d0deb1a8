#!/usr/bin/env bash
exec "$(dirname "$0")/../../bindings-wasm/tests/run.sh" "$@"
