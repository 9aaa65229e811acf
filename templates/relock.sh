# After a cut connection: the session that was lost has given the lock back, unless this one came in time.
# Takes it again where nobody else has it and nobody else was at work meanwhile.
records={{ records }}
lock=$(readlink "$records/lock") || lock=
if [ "${lock%%:*}" = "$DEPLOYER_RUN" ]; then
  echo '@lock ours'
elif [ -z "$lock" ] && ln -s "$DEPLOYER_RUN:$(date +%s):$DEPLOYER_BY:"{{ what }} "$records/lock" 2>/dev/null; then
  live=
  [ ! -L {{ current }} ] || live=$(readlink {{ current }})
  if [ "${live##*/}" = {{ live }} ]; then
    echo '@lock taken'
  else
    rm -f "$records/lock"
    echo "@lock current is ${live:-missing} now: another run was at work"
  fi
else
  lock=$(readlink "$records/lock") || lock=
  echo "@lock another run has it: ${lock#*:*:}"
fi
