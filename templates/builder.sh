# Makes a directory for this run's build, with a lock in it that says whose it is. Runs that build at
# the same time have directories of their own; all of them are this program's.
build={{ build }}
silence={{ silence }}
builds=${build%/*}
umask 077
mkdir -p "$builds"

# Tells whether nobody works in a directory any more: its lock is gone, or silent.
dead() {
  [ -L "$1/lock" ] || return 0
  { read -r _ seen _ <"$1/lock.beat"; } 2>/dev/null || return 1
  [ $(($(date +%s) - ${seen:-0})) -ge "$silence" ]
}

for other in "$builds"/*; do
  case $other in
    *.new) find "$other" -prune -mtime +0 -exec rm -rf {} + ;;
    *) if [ -d "$other" ] && dead "$other"; then rm -rf "$other"; fi ;;
  esac
done
if [ -e "$build" ]; then
  echo "another run builds in $build"
  exit 1
fi
rm -rf "$build.new"
mkdir "$build.new" "$build.new/tree"
# With its lock from the first moment on: a directory without one is nobody's.
ln -s "$DEPLOYER_RUN:$DEPLOYER_STARTED:$DEPLOYER_BY:build" "$build.new/lock"
mv "$build.new" "$build"
