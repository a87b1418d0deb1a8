#!/usr/bin/env bash
# Builds the npm package: bindings-wasm/dist. The WebAssembly files, their glue, one bundle for Node and one for
# browsers, and the types. What did not change is not built again.
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
triple=wasm32-unknown-unknown

for tool in cargo node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is needed and was not found" >&2; exit 1; }
done
rustup target add "$triple" >/dev/null 2>&1 || true
rustup target list --installed | grep -q "$triple" ||
  { echo "the Rust target $triple cannot be had here: rustup target add $triple" >&2; exit 1; }

wasm() { # package, profile, name, features
  cargo build --locked --quiet --profile "$2" --target "$triple" -p "$1" --features "$4"
  # The next build of the same package takes its place.
  cp "$target/$triple/$2/${1//-/_}.wasm" "$target/$triple/$3.wasm"
}
cargo build --locked --quiet -p pegcount-wasm-glue
# The rounds of SHA-256, which a log-in needs once, as a loop: unrolled they are more than the log-in itself.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS='--cfg sha2_backend_soft="compact"'
# One at a time: together they would have each other's features.
wasm pegcount-wasm small core ''
wasm pegcount-wasm small node profiles
wasm pegcount-wasm-tables tables tables ''
wasm pegcount-wasm-sandbox small sandbox ''

cd bindings-wasm
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --no-fund --no-audit
PATH=$PWD/node_modules/.bin:$PATH
mkdir -p dist

module() { # file, folder and name of the glue
  local file=$target/$triple/$1.wasm stamp=dist/.$1
  [ "$(cat "$stamp" 2>/dev/null)" = "$(sha256sum <"$file")" ] && [ -f "$2/$3.js" ] && return
  "$target/debug/pegcount-wasm-glue" "$file" "$2" "$3"
  wasm-opt -Oz --converge --strip-debug --strip-producers --enable-bulk-memory --enable-nontrapping-float-to-int \
    --enable-sign-ext --enable-reference-types --enable-multivalue --enable-mutable-globals "$2/$3_bg.wasm" -o "dist/$1.wasm"
  rm "$2/$3_bg.wasm" "$2/$3_bg.wasm.d.ts"
  sha256sum <"$file" >"$stamp"
}
module core js/wasm core
module node js/wasm/node core
module tables js/wasm tables
module sandbox js/wasm sandbox
# The core for Node reads profiles too; what surrounds it is the same.
cmp js/wasm/core.js js/wasm/node/core.js

node types/generate.mjs
rm -rf dist/types dist/types-cjs
tsc -p .
cp -r dist/types dist/types-cjs
echo '{ "type": "commonjs" }' >dist/types-cjs/package.json

esbuild js/index.ts --bundle --format=esm --target=es2022 --outfile=dist/index.js --log-level=warning --legal-comments=none
# Node has one instance, whichever way it is loaded: errors of one are errors of the other.
esbuild js/node.ts --bundle --format=cjs --platform=node --target=node20 --outfile=dist/node.cjs --log-level=error
# What tests load stands beside the package, which it takes as it was loaded: there is one class `Client`.
sandbox() { # source, result, the package, options
  esbuild "js/$1" --bundle "--outfile=dist/$2" "--alias:pegcount=./$3" "--external:./$3" --log-level=error "${@:4}"
}
sandbox sandbox.ts sandbox.js index.js --format=esm --target=es2022 --legal-comments=none
sandbox sandbox-node.ts sandbox.cjs node.cjs --format=cjs --platform=node --target=node20
for name in node sandbox; do
  {
    echo "import whole from \"./$name.cjs\";"
    node -p '`export const { ${Object.keys(require(`./dist/${process.argv[1]}.cjs`)).join(", ")} } = whole;`' "$name"
  } >"dist/$name.mjs"
done
