#!/usr/bin/env bash
# Rules of the house that no compiler knows.
set -u
shopt -s lastpipe # a rule at the end of a pipe counts here, not in a subshell
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
rule() { # what, lines that break it on stdin
  local lines
  lines=$(cat)
  if [ -z "$lines" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'broken: %s\n%s\n' "$1" "$lines"
  fi
}
sources() { git ls-files -- '*.rs' '*.py' '*.pyi' '*.sh' '*.ts' '*.js' '*.go' '*.kt' '*.swift' | grep -vE '(^|/)(generated|vectors)(/|\.)'; }

sources | while read -r file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 600 ] || printf '  %5d %s\n' "$lines" "$file"
done | rule 'no file is longer than 600 lines'

git ls-files -- 'core/src' | xargs grep -nE 'std::(env|fs|net|process|thread)|SystemTime|Instant::now|HashMap|HashSet|async fn|\.await' 2>/dev/null |
  rule 'the core has no clock, socket, file, thread, async or hash iteration'

git ls-files -- 'bindings-*' | grep -E '\.(rs|py|ts|js|go|kt|swift)$' | grep -v '/tests/' |
  xargs -r grep -nE 'status(_code)? *(==|>=|<=|<|>|!=|in \()' 2>/dev/null |
  rule 'no policy in a binding: only the core looks at a status'

git ls-files | grep -vE '^tests/checks/house.sh$' | xargs grep -lE '/work/(main|shared)|/tmp/wt/' 2>/dev/null | rule 'no path of one machine'

sources | xargs grep -nE 'FIXME|XXX|HACK|NotImplementedError|unimplemented!\(' 2>/dev/null | grep -v '^tests/checks/house.sh:' |
  rule 'nothing is left open'

for script in .ci/run tests/run.sh examples/demo.sh; do
  [ -x "$script" ] || echo "  $script"
done | rule 'scripts that users call can be run'

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
