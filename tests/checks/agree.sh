#!/usr/bin/env bash
# The same report in every language: the programs of examples/ ask one sandbox, and their files must be the same to
# the byte. What a browser shows is compared with Node in the check `wasm`.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/setup.sh
passed=0 failed=0
end() { printf '%s passed, %s failed\n' "$passed" "$failed"; exit $((failed > 0)); }
{ setup_python && setup_sandbox && setup_npm && setup_go && setup_jars && setup_swift; } >&2 || { failed=1; end; }
# With the features of the check `rust`: most of it is built.
cargo build --locked --quiet --features pegcount/schema --bin blocking --bin async || { failed=1; end; }
root=$PWD target=${CARGO_TARGET_DIR:-$PWD/target}
(cd examples/go && CGO_ENABLED=0 go build -o ../../target/go/bin/segments .) || { failed=1; end; }
dependencies=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
for language in kotlin java; do
  mvn -B -ntp -f "examples/$language/pom.xml" clean compile "$dependencies" >"target/$language.log" ||
    { cat "target/$language.log"; failed=1; end; }
done
with_swift() {
  LD_LIBRARY_PATH=$target/release swift "$1" --quiet --package-path examples/swift/segments --scratch-path "$target/swift/example" \
    -Xlinker -L"$target/release" "${@:2}"
}
with_swift build >&2 || { failed=1; end; }
. examples/sandbox.sh
interval=$(ready interval)
# One token reads the day eleven times within a minute: not at the pace of one organisation.
python -c 'import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/rate", b"{\"allowed\": 0}", {"Content-Type": "application/json"}))' "$(ready control)"

in_python() { pegcount -q conversations "$interval" --table segments -f csv -o "$1/segments.csv"; }
in_node() {
  cd "$1" && echo '{ "private": true }' >package.json && npm install --silent --no-fund --no-audit "$NPM_PACKAGE" >&2 &&
    cp "$root/examples/node/report.mjs" . && node report.mjs "$interval" segments.csv
}
in_go() { target/go/bin/segments "$interval" >"$1/segments.csv"; }
in_rust() { "$target/debug/blocking" "$interval" >"$1/segments.csv"; }
in_rust_async() { "$target/debug/async" "$interval" >"$1/segments.csv"; }
in_kotlin() { java -cp 'examples/kotlin/target/classes:examples/kotlin/target/dependency/*' MainKt "$interval" "$1"; }
in_java() { java -cp 'examples/java/target/classes:examples/java/target/dependency/*' Main "$interval" "$1"; }
in_swift() { with_swift run --skip-build Segments "$interval" "$1"; }

for language in python node go rust rust_async kotlin java swift; do
  mkdir "$work/$language"
  if (in_$language "$work/$language") >"$work/$language.log" 2>&1 &&
    [ "$(wc -l <"$work/$language/segments.csv")" -gt 10000 ] &&
    cmp "$work/python/segments.csv" "$work/$language/segments.csv"; then
    passed=$((passed + 1))
    printf '%s: %s lines, the same\n' "$language" "$(wc -l <"$work/$language/segments.csv")"
  else
    failed=$((failed + 1))
    printf 'failed: %s\n' "$language"
    cat "$work/$language.log"
  fi
done

# Twenty-four processes in six languages, all at once and without a token file: one of them logs in for all.
rm -rf "$XDG_CACHE_HOME"
logins() { python -c 'import json, sys, urllib.request
requests = json.load(urllib.request.urlopen(sys.argv[1] + "/requests"))["requests"]
print(sum(line["path"].endswith("/oauth/token") for line in requests))' "$(ready control)"; }
before=$(logins)
hour=$(python -c 'import datetime, sys
end = datetime.datetime.fromisoformat(sys.argv[1].split("/")[1])
print(*(f"{at:%Y-%m-%dT%H:%MZ}" for at in (end - datetime.timedelta(hours=1), end)), sep="/")' "$interval")
interval=$hour
at_once() {
  case $1 in
  node) cd "$work/node" && node report.mjs "$interval" "$2/segments.csv" ;;
  *) "in_$1" "$2" ;;
  esac
}
processes=()
for nth in 1 2 3 4; do
  for language in python node go kotlin java swift; do
    mkdir "$work/$language-$nth"
    at_once "$language" "$work/$language-$nth" >"$work/$language-$nth.log" 2>&1 &
    processes+=($!)
  done
done
broken=0
for process in "${processes[@]}"; do wait "$process" || broken=$((broken + 1)); done
after=$(logins)
if [ "$broken" -eq 0 ] && [ $((after - before)) -eq 1 ]; then
  passed=$((passed + 1))
  echo 'twenty-four processes in six languages: one log-in'
else
  failed=$((failed + 1))
  printf 'failed: %s of twenty-four processes ended badly, %s log-ins\n' "$broken" $((after - before))
  tail -n 3 "$work"/*-[1-4].log
fi
end
