#!/usr/bin/env bash
# The demonstration runs through, as a stranger would run it.
set -u
cd "$(dirname "$0")/../.." || exit 1
if examples/demo.sh; then
  echo '1 passed, 0 failed'
else
  echo '0 passed, 1 failed'
  exit 1
fi
