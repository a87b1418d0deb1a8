#!/usr/bin/env bash
# Measures pegcount beside what people use today, in one run, and prints the table. Builds included, five minutes the first time.
set -eu
cd "$(dirname "$0")/../../.."
. tests/setup.sh
setup_python
setup_sandbox
cargo build --release --locked --quiet -p pegcount-skip
export SANDBOX_BIN

sdk=269.0.0
venv=${PEGCOUNT_CACHE:-$HOME/.cache/pegcount}/venv-peers
known='import importlib.metadata as m, msgspec, orjson, pyarrow, urllib3, sys; assert m.version("PureCloudPlatformClientV2") == sys.argv[1]'
if ! "$venv/bin/python" -c "$known" "$sdk" 2>/dev/null; then
  find_python && "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet "PureCloudPlatformClientV2==$sdk" msgspec orjson pyarrow urllib3
fi
CARGO_TARGET_DIR=$PWD/target pip wheel --quiet --no-deps --wheel-dir target/wheel ./bindings-python

out=target/bench here=tests/peers/bench
. "$here/alone.sh"
skip=$(ls target/release/libpegcount_skip.* | grep -E '\.(so|dylib)$')
ours=$(python -c 'import pegcount; print(pegcount.__path__[0])')
# The peers' interpreter, with our package behind its own.
PYTHONPATH=$(dirname "$ours") "$venv/bin/python" "$here/decode.py" "$PWD/$skip" >"$out/decode.json"
python "$here/start.py" "$(command -v python)" "$venv/bin/python" >"$out/start.json"
python "$here/memory.py" >"$out/memory.json"
wheel=$(ls -t target/wheel/pegcount-*.whl | head -n 1)
"$venv/bin/python" "$here/report.py" "$out"/{decode,start,memory}.json "$wheel" | tee "$out/table.md"
