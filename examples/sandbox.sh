# For the examples: a sandbox for as long as the script runs, its credentials in the environment, and a folder $work.
# Sourced, after setup_sandbox.
work=$(mktemp -d)
export XDG_CACHE_HOME=$work/cache   # the example's own token file
coproc SANDBOX { exec "$SANDBOX_BIN" --org medium --seed 1; }
trap 'kill $SANDBOX_PID 2>/dev/null || true; rm -rf "$work"' EXIT
read -r ready <&"${SANDBOX[0]}"
# A text of the ready line: the first of this name after the first of that place.
ready() { local rest=${ready#*"\"$1\":"}; [ -z "${2-}" ] || rest=${rest#*"\"$2\":"}; rest=${rest#\"}; printf '%s' "${rest%%\"*}"; }
PEGCOUNT_API_URL=$(ready api) PEGCOUNT_LOGIN_URL=$(ready login)
GENESYSCLOUD_OAUTHCLIENT_ID=$(ready reporting client_id)
GENESYSCLOUD_OAUTHCLIENT_SECRET=$(ready reporting client_secret)
export PEGCOUNT_API_URL PEGCOUNT_LOGIN_URL GENESYSCLOUD_OAUTHCLIENT_ID GENESYSCLOUD_OAUTHCLIENT_SECRET
