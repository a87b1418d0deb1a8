# What scripts need before they can run: sourced, not executed. Everything is built once and kept under target/.
# Afterwards `pegcount`, `python` and `$SANDBOX_BIN` are at hand.

# The newest Python that will do, as $python.
find_python() {
  for python in python3.14 python3.13 python3.12 python3.11 python3; do
    command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
    python=
  done
  [ -n "$python" ] || { echo 'Python 3.11 or newer is needed and was not found' >&2; return 1; }
}

# A virtual environment with the wheel built from this checkout.
setup_python() {
  local venv=$PWD/target/venv python
  find_python || return 1
  command -v cargo >/dev/null || { echo 'Rust is needed and was not found: https://rustup.rs' >&2; return 1; }
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  export PATH=$venv/bin:$PATH VIRTUAL_ENV=$venv PIP_DISABLE_PIP_VERSION_CHECK=1
  # The wheel is rebuilt only when something that goes into it changed.
  local stamp
  stamp=$(git ls-files -s -- Cargo.toml Cargo.lock core bindings-python; git diff HEAD -- core bindings-python Cargo.toml Cargo.lock)
  stamp=$(printf '%s' "$stamp" | sha256sum | cut -d' ' -f1)
  if [ "$(cat "$venv/.pegcount" 2>/dev/null)" != "$stamp" ]; then
    CARGO_TARGET_DIR=$PWD/target pip install --quiet ./bindings-python || return 1
    printf '%s' "$stamp" >"$venv/.pegcount"
  fi
}

# The simulated contact centre.
setup_sandbox() {
  cargo build --release --locked --quiet --bin pegcount-sandbox
  SANDBOX_BIN=${CARGO_TARGET_DIR:-$PWD/target}/release/pegcount-sandbox
}

# The npm package, packed, as $NPM_PACKAGE; it is built in $NPM_DIST.
setup_npm() {
  bindings-wasm/build.sh || return 1
  NPM_DIST=$PWD/bindings-wasm/dist
  local folder=${CARGO_TARGET_DIR:-$PWD/target}/npm
  mkdir -p "$folder"
  NPM_PACKAGE=$folder/$(cd bindings-wasm && npm pack --silent --pack-destination "$folder")
}

# A browser, as $CHROMIUM.
setup_chromium() {
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) && return
  command -v apt-get >/dev/null || { echo 'Chromium is needed and was not found' >&2; return 1; }
  echo 'installing Chromium'
  apt-get -qq update >/dev/null && apt-get -qq install --yes --no-install-recommends chromium >/dev/null || return 1
  CHROMIUM=$(command -v chromium)
}

# The Go module, ready to build, and the tools that look at it, in $GO_BIN.
setup_go() {
  command -v go >/dev/null || { echo 'Go 1.25 or newer is needed and was not found: https://go.dev/dl' >&2; return 1; }
  bindings-wasm/go/build.sh || return 1
  GO_BIN=$PWD/target/go/bin
  [ -x "$GO_BIN/staticcheck" ] || GOBIN=$GO_BIN go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
}

# What goes into the jars, as one word: they are built again only when it changed.
jars_stamp() {
  { git ls-files -s -- Cargo.toml Cargo.lock core bindings-uniffi; git diff HEAD -- Cargo.toml Cargo.lock core bindings-uniffi; } |
    sha256sum | cut -d' ' -f1
}

# The jars for Kotlin and Java, with the library inside, in Maven's local repository.
setup_jars() {
  command -v mvn >/dev/null || { echo 'Maven and a JDK of 17 or newer are needed: https://maven.apache.org' >&2; return 1; }
  local stamp
  stamp=$(jars_stamp)
  if [ "$(cat target/jars 2>/dev/null)" != "$stamp" ]; then
    bindings-uniffi/generate.sh kotlin || return 1
    mvn -B -ntp -f bindings-uniffi/kotlin/pom.xml clean install -DskipTests "$@" >target/jars.log || { cat target/jars.log; return 1; }
    printf '%s' "$stamp" >target/jars
  fi
}
