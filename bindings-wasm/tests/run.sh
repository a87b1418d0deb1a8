#!/usr/bin/env bash
# Packs the package, installs the tarball into a project of its own, and tests what is installed there: in Node both
# ways, in TypeScript, in a page and a worker of Chromium, in a build of Vite. Arguments: the test files to run.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/setup.sh
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}

give_up() {
  echo "$*: nothing was tested"
  echo '0 passed, 1 failed'
  exit 1
}
setup_npm || give_up 'the package cannot be built'
setup_sandbox || give_up 'the sandbox cannot be built'
setup_python >&2 && PYTHON=$(command -v python) && export PYTHON

project=$CARGO_TARGET_DIR/npm
mkdir -p "$project/node_modules"
cp bindings-wasm/tests/project.json "$project/package.json"
cd "$project" || exit 1
# The tarball is new each time; what the tests need besides is installed once.
stamp=$(sha256sum <package.json)
if [ "$(cat .stamp 2>/dev/null)" != "$stamp" ]; then
  npm install --silent --no-fund --no-audit --no-save || give_up 'what the tests need cannot be installed'
  printf '%s' "$stamp" >.stamp
fi
rm -rf node_modules/pegcount && mkdir node_modules/pegcount && tar -xzf "$NPM_PACKAGE" -C node_modules/pegcount --strip-components 1
cd - >/dev/null || exit 1
rm -rf "$project/tests" && cp -r bindings-wasm/tests "$project/tests"
export SANDBOX_BIN REPOSITORY=$PWD PROJECT=$project
setup_chromium || give_up 'Chromium cannot be installed'
export CHROMIUM

files=("${@:-}")
[ -n "${files[0]}" ] || files=("$project"/tests/*.test.mjs)
log=$(mktemp) && trap 'rm -f "$log"' EXIT
(cd "$project/tests" && node --expose-gc --test --test-concurrency=1 --test-reporter=spec "${files[@]}") 2>&1 | tee "$log" | grep -vE '^ *✔'
status=${PIPESTATUS[0]}
count() { sed -nE "s/^ℹ $1 ([0-9]+)$/\1/p" "$log" | tail -n 1; }
passed=$(count pass) failed=$(count fail)
[ -n "$passed" ] || { passed=0 failed=1; }
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1

# What a page loads before its first request: 180 000 bytes at the most.
printf '%s\n' 'size of the files, in bytes: raw, brotli'
node -e '
  const { brotliCompressSync } = require("node:zlib"), { readFileSync } = require("node:fs");
  for (const name of process.argv.slice(1)) {
    const bytes = readFileSync(`bindings-wasm/dist/${name}`), packed = brotliCompressSync(bytes).length;
    console.log(name.padEnd(12), String(bytes.length).padStart(9), String(packed).padStart(9));
    if (name === "core.wasm" && packed > 180_000) process.exitCode = 1;
  }' core.wasm tables.wasm index.js node.wasm node.cjs sandbox.wasm sandbox.js
if [ $? -eq 0 ]; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
  echo 'core.wasm is larger than 180 000 bytes of brotli'
fi
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
