#!/usr/bin/env bash
# Starts a Redis and the sandbox, and runs the report in eight processes at once: one of them logs in.
set -eu
cd "$(dirname "$0")/../.."
. tests/setup.sh
setup_python
setup_sandbox
pip install --quiet 'redis>=5'
command -v redis-server >/dev/null || {
  echo 'installing Redis'
  install_packages redis-server
}
. examples/sandbox.sh
redis-server --port 0 --unixsocket "$work/redis" --save '' --daemonize yes --pidfile "$work/redis.pid" >/dev/null
trap 'kill $SANDBOX_PID $(cat "$work/redis.pid") 2>/dev/null || true; rm -rf "$work"' EXIT
export REDIS_URL=unix://$work/redis
until redis-cli -s "$work/redis" ping >/dev/null 2>&1; do :; done
processes=()
for _ in 1 2 3 4 5 6 7 8; do
  python examples/redis/report.py >>"$work/said" &
  processes+=($!)
done
for process in "${processes[@]}"; do wait "$process"; done
cat "$work/said"
[ "$(grep -c 'logged in' "$work/said")" -eq 1 ] && [ "$(wc -l <"$work/said")" -eq 8 ]
