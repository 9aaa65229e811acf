# Takes the lock of the application, or says who has it (exit 75). A lock without a sign of life
# is taken over. Then the host must still be as the plan saw it (exit 76).
deploy_to={{ deploy_to }}
records=$deploy_to/.deployer
silence={{ silence }} # seconds
live={{ live }}

mkdir -p "$records"

# A link to nowhere whose text is OWNER:SINCE:WHO:WHAT. Making it is atomic, text included.
claim() { ln -s "$DEPLOYER_RUN:$(date +%s):$DEPLOYER_BY:"{{ what }} "$records/lock" 2>/dev/null; }

# Seconds since the owner of the lock was last heard of.
silent_for() {
  seen=${lock#*:}
  seen=${seen%%:*}
  if { read -r beats beat _ <"$records/lock.beat"; } 2>/dev/null && [ "$beats" = "$owner" ]; then seen=$beat; fi
  echo $(($(date +%s) - ${seen:-0}))
}

# Puts this run's lock in the place of a dead one. Only one run can make the directory named after
# the dead owner; should that owner wake up, it needs the same directory to remove its lock.
take_over() {
  guard=$records/lock.$owner
  # A guard that stands for minutes is left from a run that was killed in this very function.
  [ -z "$(find "$guard" -prune -mmin +2 2>/dev/null)" ] || rmdir "$guard"
  mkdir "$guard" 2>/dev/null || return 1
  [ "$(readlink "$records/lock")" != "$lock" ] || rm -f "$records/lock" "$records/lock.beat"
  if claim; then claimed=0; else claimed=1; fi
  rmdir "$guard"
  return "$claimed"
}

if ! claim; then
  lock=$(readlink "$records/lock") || lock=
  if [ -z "$lock" ] && [ -e "$records/lock" ]; then
    echo "$records/lock is not a lock of this program"
    exit 75
  fi
  # No lock any more: its owner has just removed it.
  if [ -n "$lock" ] || ! claim; then
    if [ -z "$lock" ] && [ ! -L "$records/lock" ]; then
      echo "no link can be made in $records, and \`current\` must be one: $(ln -s nowhere "$records/lock.$DEPLOYER_RUN" 2>&1)"
      rm -f "$records/lock.$DEPLOYER_RUN"
      exit 1
    fi
    owner=${lock%%:*}
    who=${lock#*:*:}
    quiet=$(silent_for)
    if [ "$quiet" -lt "$silence" ] || ! take_over; then
      echo "locked by ${who:-another run}, last sign of life $quiet s ago"
      exit 75
    fi
    echo "took over the lock of ${who:-another run}: no sign of life for $quiet s"
  fi
fi

now=
[ ! -L "$deploy_to/current" ] || now=$(readlink "$deploy_to/current")
if [ "$now" != "$live" ]; then
  echo "current was ${live:-missing} when the plan was made, it is ${now:-missing}"
  exit 76
fi
for path in {{ absent }}; do
  if [ -e "$path" ] || [ -L "$path" ]; then
    echo "$path has come into being since the plan was made"
    exit 76
  fi
done
