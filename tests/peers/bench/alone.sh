# No setting of the machine takes part in a measurement. Sourced.
for name in $(compgen -e); do
  case $name in GENESYS* | PEGCOUNT* | *_proxy | *_PROXY | PYTHON*) unset "$name" ;; esac
done
mkdir -p target/bench
export XDG_CONFIG_HOME=$PWD/target/bench XDG_CACHE_HOME=$PWD/target/bench
