# Removes the lock of a run that is dead, if it is still that run's.
records={{ records }}
if [ "$(readlink "$records/lock")" = {{ lock }} ]; then
  rm -f "$records/lock" "$records/lock.beat"
  echo removed
fi
