#!/usr/bin/env bash
# The official SDKs, unmodified, against the sandbox: they are the judges of the sandbox's fidelity.
set -u
cd "$(dirname "$0")/../../.." || exit 1
. tests/setup.sh
give_up() {
  echo "$*: nothing was tested"
  echo '0 passed, 1 failed'
  exit 1
}
setup_sandbox || give_up 'the sandbox cannot be built'
command -v npm >/dev/null || give_up 'Node 20 or newer is needed and was not found: https://nodejs.org'
command -v mvn >/dev/null || give_up 'Maven and a JDK of 17 or newer are needed: https://maven.apache.org'

cache=${PEGCOUNT_CACHE:-$HOME/.cache/pegcount} here=tests/peers/fidelity
version=269.0.0
venv=$cache/venv-sdk-$version
if ! "$venv/bin/python" -c 'import pytest, importlib.metadata as m; m.version("PureCloudPlatformClientV2")' 2>/dev/null; then
  find_python && "$python" -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check "PureCloudPlatformClientV2==$version" pytest ||
    give_up 'the SDK for Python cannot be had'
fi

version=262.0.0
node=$cache/node-sdk-$version
if [ ! -f "$node/done" ]; then
  mkdir -p "$node" && echo '{ "private": true }' >"$node/package.json" &&
    npm --prefix "$node" install --silent --no-fund --no-audit "purecloud-platform-client-v2@$version" && touch "$node/done" ||
    give_up 'the SDK for JavaScript cannot be had'
fi

# The version is the benchmark's.
pom=tests/peers/bench/java/pom.xml copy=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
java=$cache/java-sdk-$(sha256sum "$pom" | cut -c1-12)
if [ ! -f "$java/done" ]; then
  mvn -B -ntp -q -f "$pom" -P official "$copy" -DoutputDirectory="$java" && touch "$java/done" ||
    give_up 'the SDK for Java cannot be had'
fi
# Compiling the SDK takes two minutes, once: Go keeps what it compiled.
command -v go >/dev/null || give_up 'Go 1.25 or newer is needed: https://go.dev/dl'
golang=$here/judges/go module=github.com/mypurecloud/platform-client-sdk-go/v193
classes=$PWD/target/fidelity
rm -rf "$classes" && mkdir -p "$classes" && javac -cp "$java/*" -d "$classes" "$here/judges/"*.java || give_up 'the judge in Java cannot be built'
go -C "$golang" build -o "$classes/judge" . || give_up 'the judge in Go cannot be built'
definition=$(go -C "$golang" list -m -f '{{.Dir}}' "$module") || give_up 'the SDK for Go cannot be had'

export SANDBOX_BIN
logs=$(mktemp -d) && trap 'rm -rf "$logs"' EXIT
judge() { # a name, what starts it, arguments for pytest
  local JUDGE=$1 JUDGE_COMMAND=$2
  export JUDGE JUDGE_COMMAND
  "$venv/bin/python" -m pytest -q -p no:cacheprovider "$here" "${@:3}" >"$logs/$1" 2>&1
}
# At once, each with a sandbox of its own; read one after the other.
judge python '' "$@" & jobs=(python:$!)
judge node "node $here/judges/judge.mjs $node" "$@" & jobs+=(node:$!)
judge java "java -cp $classes:$java/* Judge" "$@" & jobs+=(java:$!)
judge go "$classes/judge $definition" "$@" & jobs+=(go:$!)
passed=0 failed=0
for job in "${jobs[@]}"; do
  name=${job%:*}
  wait "${job#*:}"
  status=$?
  printf '%s\n' "the SDK for $name"
  cat "$logs/$name"
  # A count that the last line does not name is zero.
  count() { local n; n=$(tail -n 1 "$logs/$name" | grep -oE "[0-9]+ $1" | cut -d' ' -f1); echo "${n:-0}"; }
  bad=$(($(count failed) + $(count 'errors?')))
  [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + $(count passed))) failed=$((failed + bad))
done
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
