#!/usr/bin/env bash
# The official Python SDK, unmodified, against the sandbox: it is the judge of the sandbox's fidelity.
set -u
cd "$(dirname "$0")/../../.." || exit 1
. tests/setup.sh
setup_sandbox || exit 1

version=269.0.0
venv=${PEGCOUNT_CACHE:-$HOME/.cache/pegcount}/venv-sdk-$version
if ! "$venv/bin/python" -c 'import pytest, importlib.metadata as m; m.version("PureCloudPlatformClientV2")' 2>/dev/null; then
  find_python && "$python" -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check "PureCloudPlatformClientV2==$version" pytest || exit 1
fi

log=$(mktemp) && trap 'rm -f "$log"' EXIT
SANDBOX_BIN=$SANDBOX_BIN "$venv/bin/python" -m pytest -q -p no:cacheprovider tests/peers/fidelity 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
# A count that the last line does not name is zero.
count() { local n; n=$(tail -n 1 "$log" | grep -oE "[0-9]+ $1" | cut -d' ' -f1); echo "${n:-0}"; }
failed=$(($(count failed) + $(count 'errors?')))
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
printf '%s passed, %s failed\n' "$(count passed)" "$failed"
exit "$status"
