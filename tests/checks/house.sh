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
sources() { git ls-files -- '*.rs' '*.py' '*.pyi' '*.sh' '*.ts' '*.js' '*.go' '*.kt' '*.swift' | grep -vE '(^|/)(generated|vectors)(/|\.)|pegcount/shapes\.py$'; }

sources | while read -r file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 600 ] || printf '  %5d %s\n' "$lines" "$file"
done | rule 'no file is longer than 600 lines'

git ls-files -- 'core/src' | xargs grep -nE 'std::(env|fs|net|process|thread)|SystemTime|Instant::now|HashMap|HashSet|async fn|\.await' 2>/dev/null |
  rule 'the core has no clock, socket, file, thread, async or hash iteration'

# What decides over a status, a repetition or a token's life; to carry these from the core to a caller is no decision.
policy() { # lines as `file:line:text`
  # Comments decide nothing, and neither does the question whether a status is there at all.
  grep -vE '^[^:]+:[0-9]+:[[:space:]]*(//|/?\*|#)' |
    sed -E 's/[sS]tatus *(===?|!==?|>) *(0|null|undefined|None|nil)\b//g' | grep -E \
    -e '[sS]tatus(_?[cC]ode)?(\(\))? *(===?|!==?|[<>]=?|in \(|\.\.)' -e '(===?|!==?|[<>]=?) *[a-z.]*[sS]tatus(_?[cC]ode)?\b' \
    -e '(switch|match|when) *\(?[a-z.]*[sS]tatus\b' -e '\.ok\b[^(]|isSuccessful|raise_for_status|http\.Status[A-Z]' \
    -e '^[^:]+:[0-9]+:.*\b(401|403|404|408|409|429|50[0-4])\b' \
    -e '[bB]ack_?[oO]ff|[jJ]itter|[rR]etry_?[aA]fter|[mM]ax_?([rR]etries|[aA]ttempts)|[aA]ttempts?(\+\+| *(\+=|<|>=))' \
    -e '[eE]xpire[sd]|[eE]xpiry|[rR]emint|[rR]e_?[lL]ogin'
}
git ls-files -- 'bindings-*' | grep -E '\.(rs|py|ts|js|mjs|cjs|go|kt|java|swift)$' |
  grep -viE '/(tests?|generated|examples|docs)/|generated\.|pegcount/shapes\.py$|_test\.go$' |
  xargs -r awk 'FNR == 1 { tests = 0 } FILENAME ~ /\.rs$/ && /^#\[cfg\(test\)\]/ { tests = 1 } !tests { print FILENAME ":" FNR ":" $0 }' |
  policy | rule 'no policy in a binding: only the core looks at a status, a repetition or the life of a token'

while read -r line; do
  printf 'f:1:%s\n' "$line" | policy | grep -q . || printf '  not seen: %s\n' "$line"
done <<'EOF' | rule 'policy in a binding would be seen'
if response.status == 429:
if (200 <= answer.statusCode) {
if resp.StatusCode != http.StatusOK {
switch (response.status) {
if (!response.ok) throw
case 503 -> sleep(backoff)
for (int attempt = 0; attempt < 5; attempt++)
wait = headers["Retry-After"] or retry_after
if token.expires_at < now():
EOF
while read -r line; do
  printf 'f:1:%s\n' "$line" | policy | sed 's/^/  wrongly seen: /'
done <<'EOF' | rule 'what a binding carries is no policy'
self.status = shape.get("status")
self.retry = Retry(shape["retry"])
return Response(answer.status, answer.headers.items(), body)
seen = inspect(order["look"], response.status, headers, body)
self.retries: int = shape["retries"]
if answer.Status > 0 {
// The core decides after a status == 429.
EOF

git ls-files | grep -vE '^tests/checks/house.sh$' | xargs grep -lE '/work/(main|shared)|/tmp/wt/' 2>/dev/null | rule 'no path of one machine'

sources | xargs grep -nE 'FIXME|XXX|HACK|NotImplementedError|unimplemented!\(' 2>/dev/null | grep -v '^tests/checks/house.sh:' |
  rule 'nothing is left open'

for script in .ci/run tests/run.sh examples/demo.sh; do
  [ -x "$script" ] || echo "  $script"
done | rule 'scripts that users call can be run'

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
