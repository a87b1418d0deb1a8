#!/usr/bin/env bash
exec "$(dirname "$0")/../../tests/peers/oauth/run.sh"
