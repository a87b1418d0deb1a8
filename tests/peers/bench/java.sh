#!/usr/bin/env bash
# Java: the jar beside Jackson with loops, `java.net.http`, and the official SDK.
set -euo pipefail
cd "$(dirname "$0")/../../.."
. tests/setup.sh
setup_sandbox
setup_jars
export SANDBOX_BIN
. tests/peers/bench/alone.sh

here=tests/peers/bench work=$PWD/target/bench/java
rm -rf "$work" && mkdir -p "$work"
copy=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
maven() { mvn -B -ntp -f "$here/java/pom.xml" "$@" >"$work/log" || { cat "$work/log"; return 1; }; }
maven -P ours,plain,official clean compile
for peer in ours plain official; do
  maven -P "$peer" "$copy" -DoutputDirectory="$work/$peer"
done
mv "$here/java/target/classes" "$work/classes" && rm -rf "$here/java/target"
classes=$work/classes

python3 "$here/beside.py" <<SPEC | tee "$work/table.md"
{
  "versions": "$(java -version 2>&1 | head -n 1 | tr -d '"'), Jackson $(cd "$work/plain" && echo jackson-databind-*.jar), $(cd "$work/official" && echo platform-client-v2-*.jar)",
  "decode": ["java", "-cp", "$classes:$work/ours/*:$work/plain/*:$work/official/*", "Decode"],
  "cases": {
    "ours": "**pegcount**, the columns that the peers make, as lists of values",
    "laid": "**pegcount**, all columns of the two tables, in blocks of bytes",
    "all": "**pegcount**, all tables, likewise",
    "typed": "Jackson into records of the fields needed, loops, lists, times left as text",
    "official": "official SDK, models, loops, lists"
  },
  "start": {
    "**pegcount**": ["java", "-cp", "$classes:$work/ours/*", "Ours"],
    "plain \`java.net.http\` and Jackson": ["java", "-cp", "$classes:$work/plain/*", "Plain"],
    "official SDK, its token by \`java.net.http\`": ["java", "-cp", "$classes:$work/official/*", "Official"],
    "a JVM alone": ["java", "-cp", "$classes", "Bare"]
  },
  "sizes": {
    "**pegcount** with what it needs": ["$work/ours"],
    "**pegcount**, its own jars": [$(printf '"%s",' "$work"/ours/pegcount*.jar | sed 's/,$//')],
    "Jackson": ["$work/plain"],
    "official SDK with what it needs": ["$work/official"]
  }
}
SPEC
