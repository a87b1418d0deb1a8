#!/usr/bin/env bash
# Builds the package, puts it beside the page, and serves both next to the sandbox until Ctrl-C.
set -eu
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_sandbox
setup_npm
exec node examples/browser/serve.mjs "$SANDBOX_BIN" "$NPM_DIST"
