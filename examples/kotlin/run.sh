#!/usr/bin/env bash
# Builds the jars and runs the example against the sandbox. Rust, Maven and a JDK of 17 or newer must be there.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_jars
setup_sandbox
. examples/sandbox.sh

mvn -B -ntp -f examples/kotlin/pom.xml clean compile org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies >"$work/maven.log" ||
  { cat "$work/maven.log"; exit 1; }
java -cp 'examples/kotlin/target/classes:examples/kotlin/target/dependency/*' MainKt yesterday "$work"
[ "$(wc -l <"$work/segments.csv")" -gt 100 ]
[ "$(head -c 6 "$work/segments.arrow")" = ARROW1 ]
head -n 3 "$work/segments.csv" | cut -c 1-120
