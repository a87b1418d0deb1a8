#!/usr/bin/env bash
exec "$(dirname "$0")/../../tests/peers/fidelity/run.sh" "$@"
