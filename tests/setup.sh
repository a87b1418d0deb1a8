# What scripts need before they can run: sourced, not executed. Everything is built once and kept under target/.
# Afterwards `pegcount`, `python` and `$SANDBOX_BIN` are at hand.

# What files hold, as one word.
stamp() { { git ls-files -s -- "$@" && git diff HEAD -- "$@"; } | sha256sum | cut -d' ' -f1; }

# Makes something of files, unless it was made of them as they are. Checks that run side by side wait for one another.
made() { # its name, the files, a command
  local name=$1 files now
  read -ra files <<<"$2"
  shift 2
  mkdir -p target/made
  (
    ! command -v flock >/dev/null || flock 9
    now=$(stamp "${files[@]}")
    [ "$(cat "target/made/$name" 2>/dev/null)" != "$now" ] || exit 0
    "$@" 9>&- && printf '%s' "$now" >"target/made/$name"
  ) 9>"target/made/$name.lock"
}

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
  command -v cargo >/dev/null || { echo 'Rust is needed and was not found: https://rustup.rs' >&2; return 1; }
  export VIRTUAL_ENV=$PWD/target/venv PIP_DISABLE_PIP_VERSION_CHECK=1
  export PATH=$VIRTUAL_ENV/bin:$PATH
  made wheel 'Cargo.toml Cargo.lock core bindings-uniffi/files bindings-python :!bindings-python/sandbox :!bindings-python/tests' \
    wheel ./bindings-python
}
wheel() { # its folder
  local python
  [ -x "$VIRTUAL_ENV/bin/python" ] || { find_python && "$python" -m venv "$VIRTUAL_ENV"; } || return 1
  CARGO_TARGET_DIR=$PWD/target pip install --quiet "$1"
}

# What Python's tests need besides: the sandbox's wheel, and peers.
setup_pytest() {
  setup_python &&
    made sandbox-wheel 'Cargo.toml Cargo.lock tests/sandbox bindings-python/sandbox' wheel ./bindings-python/sandbox &&
    made requirements bindings-python/tests/requirements.txt pip install --quiet -r bindings-python/tests/requirements.txt
}

# The simulated contact centre.
setup_sandbox() {
  cargo build --release --locked --quiet -p pegcount-sandbox
  SANDBOX_BIN=${CARGO_TARGET_DIR:-$PWD/target}/release/pegcount-sandbox
}

# The npm package, packed, as $NPM_PACKAGE; it is built in $NPM_DIST.
setup_npm() {
  NPM_DIST=$PWD/bindings-wasm/dist
  NPM_PACKAGE=$PWD/target/npm/pegcount.tgz
  made npm 'Cargo.toml Cargo.lock core tests/sandbox bindings-wasm :!bindings-wasm/abi :!bindings-wasm/go :!bindings-wasm/tests' npm_package
}
npm_package() {
  local folder=${NPM_PACKAGE%/*}
  bindings-wasm/build.sh && rm -rf "$folder"/*.tgz && mkdir -p "$folder" &&
    (cd bindings-wasm && npm pack --silent --pack-destination "$folder" >/dev/null) && mv "$folder"/pegcount-*.tgz "$NPM_PACKAGE"
}

# Installs Debian's packages, for one check after another.
install_packages() {
  mkdir -p target/made
  (
    ! command -v flock >/dev/null || flock 9
    apt-get -qq update >/dev/null 9>&- && apt-get -qq install --yes --no-install-recommends "$@" >/dev/null 9>&-
  ) 9>target/made/packages.lock
}

# A browser, as $CHROMIUM.
setup_chromium() {
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) && return
  command -v apt-get >/dev/null || { echo 'Chromium is needed and was not found' >&2; return 1; }
  echo 'installing Chromium'
  install_packages chromium || return 1
  CHROMIUM=$(command -v chromium)
}

# The Go module, ready to build, and the tools that look at it, in $GO_BIN.
setup_go() {
  command -v go >/dev/null || { echo 'Go 1.25 or newer is needed and was not found: https://go.dev/dl' >&2; return 1; }
  made go 'Cargo.toml Cargo.lock core bindings-wasm/abi bindings-wasm/go' bindings-wasm/go/build.sh || return 1
  GO_BIN=$PWD/target/go/bin
  [ -x "$GO_BIN/staticcheck" ] || GOBIN=$GO_BIN go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
}

# The jars for Kotlin and Java, with the library inside, in Maven's local repository.
setup_jars() {
  command -v mvn >/dev/null || { echo 'Maven and a JDK of 17 or newer are needed: https://maven.apache.org' >&2; return 1; }
  made jars 'Cargo.toml Cargo.lock core bindings-uniffi' jars
}
jars() {
  bindings-uniffi/generate.sh kotlin || return 1
  mvn -B -ntp -f bindings-uniffi/kotlin/pom.xml clean install -DskipTests >target/jars.log || { cat target/jars.log; return 1; }
}

# Swift, and the generated side of its package. Where the system has no Swift, Debian's, in a folder of its own: it wants
# newer libraries than others do.
setup_swift() {
  if ! command -v swift >/dev/null; then
    [ "$(id -u)" = 0 ] && command -v apt-get unshare >/dev/null ||
      { echo 'Swift 5.9 or newer is needed and was not found: https://swift.org/install' >&2; return 1; }
    made swift tests/swift.sh swift_root || return 1
    export PATH=$PWD/target/swift/bin:$PATH
  fi
  made swift-side 'Cargo.toml Cargo.lock core bindings-uniffi' bindings-uniffi/generate.sh swift
}
swift_root() {
  local folder=$PWD/target/swift
  echo 'installing Swift'
  install_packages mmdebstrap debian-archive-keyring || return 1
  rm -rf "$folder/root" && mkdir -p "$folder/bin" &&
    mmdebstrap --quiet --variant=extract --include=base-files,coreutils,dash,libc6-dev,libstdc++-14-dev,swiftlang \
      trixie "$folder/root" http://deb.debian.org/debian && cp tests/swift.sh "$folder/bin/swift"
}
