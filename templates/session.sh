# One session on a host. It runs the scripts that the controller sends, one at a time, and it is
# what cleans up when the controller has gone: killed, cut off, or frozen.
#
# Input, a line each:  run, then a script, then @TOKEN    stop    alive    bye
#                      hold DIR    replace DIR    free      (DIR: where this run's lock is)
# Output: what the scripts print, with marks on lines of their own, which begin with @TOKEN.

token={{ token }}
silence={{ silence }} # seconds without a sign of life after which the controller counts as gone
DEPLOYER_RUN={{ run }}
DEPLOYER_BY={{ by }}
DEPLOYER_STARTED=$(date +%s)
export DEPLOYER_RUN DEPLOYER_BY DEPLOYER_STARTED

newline=$(printf '\nx')
newline=${newline%x}
job=
held=     # the directory of the lock that this session keeps alive
stopped=  # whether the script was told to stop
watchdog=

mark() { printf '\n@%s %s\n' "$token" "$*"; }

# Tells whether the lock in a directory is this run's. A lock is a link to nowhere whose text says
# whose it is: making it is atomic, text included, wherever "current" can be a link.
ours() {
  lock=$(readlink "$1/lock") || return 1
  [ "${lock%%:*}" = "$DEPLOYER_RUN" ]
}

# step ID TRIES BODY: runs BODY in a shell of its own, between two marks, and sets `code`. It must
# not be called on the left of && or ||: there "set -e" would have no effect, in BODY neither.
step() {
  mark start "$1"
  tries=$2
  while :; do
    if [ -n "$held" ] && ! ours "$held"; then
      echo "this run does not have the lock in $held any more"
      code=75
      break
    fi
    (
      # What BODY has started may take its time to end: a shell runs its trap after that.
      trap 'exit 143' TERM
      set -e
      eval "$3"
    )
    code=$?
    if [ "$code" -eq 0 ] || [ "$tries" -eq 0 ] || [ -n "$stopped" ]; then break; fi
    tries=$((tries - 1))
    mark retry "$1" "$code"
  done
  mark end "$1" "$code"
}

# Removes the lock if it is this run's. While the directory lock.OWNER is there, the lock is being
# removed by its owner or taken over from it; only one of them can make that directory.
release() {
  ours "$1" || return 0
  mkdir "$1/lock.$DEPLOYER_RUN" 2>/dev/null || return 0
  ! ours "$1" || rm -f "$1/lock" "$1/lock.beat"
  rmdir "$1/lock.$DEPLOYER_RUN"
}

# The lock's sign of life: whose, when, and which process group on which machine works under it.
beat() { printf '%s %s %s %s\n' "$DEPLOYER_RUN" "$(date +%s)" "$$" "$(uname -n)" >"$held/lock.beat"; }

# Keeps the lock in a directory from now on.
hold() {
  held=$1
  beat
  watch </dev/null >/dev/null 2>&1 &
  watchdog=$!
}

# Ends the session of this run that lost its connection, at once, so that it does not give the lock
# away, and keeps the lock in its place.
replace() {
  ours "$1" || return 0
  { read -r run _ group machine <"$1/lock.beat"; } 2>/dev/null
  if [ "$run" = "$DEPLOYER_RUN" ] && [ "$machine" = "$(uname -n)" ] && [ "$group" -gt 1 ]; then
    kill -s KILL -- "-$group" 2>/dev/null
  fi
  rmdir "$1/undoing.$DEPLOYER_RUN" 2>/dev/null
  hold "$1"
}

# Takes the run back in the place of the controller, which has gone. What there is to do lies in a
# file from the step `arm` on and until the step `confirm`; the first line of it is ": confirm SECONDS".
take_back() {
  undo=$held/undo.$DEPLOYER_RUN
  [ -f "$undo" ] && ours "$held" || return 0
  # The loop and the watchdog may both come here: the second waits to be ended by the first.
  mkdir "$held/undoing.$DEPLOYER_RUN" 2>/dev/null || sleep 86400
  # It may take its time, in which nobody is to take the lock for dead.
  while :; do
    beat
    sleep 10
  done &
  beating=$!
  # shellcheck source=/dev/null
  (. "$undo") </dev/null >"$undo.log" 2>&1
  code=$?
  # What could not be taken back stays noted, for people and for the next run.
  [ "$code" -ne 0 ] || rm -f "$undo" "$undo.log"
  kill -s KILL "$beating" 2>/dev/null
  rmdir "$held/undoing.$DEPLOYER_RUN"
}

# Ends all that this session started, and the session. The steps get five seconds to end.
abandon() {
  trap '' TERM HUP INT
  kill -TERM 0
  left=50
  while [ "$left" -gt 0 ] && [ -n "$job" ] && kill -0 "$job" 2>/dev/null; do
    sleep 0.1 2>/dev/null || { sleep 1 && left=$((left - 9)); }
    left=$((left - 1))
  done
  if [ -n "$held" ] && { read -r group machine <"$held/uploading"; } 2>/dev/null; then
    [ "$machine" != "$(uname -n)" ] || kill -s KILL -- "-$group" 2>/dev/null
    rm -f "$held/uploading"
  fi
  if [ -n "$held" ]; then
    take_back
    release "$held"
  fi
  kill -KILL 0
}

# Looks from time to time whether the main loop still hears from the controller: a frozen link
# gives it neither input nor an end of input.
watch() {
  nap=
  # Not TERM, which the session ignores, and so does what it starts.
  trap 'kill -s KILL "$nap" 2>/dev/null; exit 0' USR1
  while :; do
    sleep 5 &
    nap=$!
    wait "$nap"
    seen=0
    { read -r _ seen _ <"$held/lock.beat"; } 2>/dev/null
    # After the switch, the run has its own limit.
    { read -r _ _ limit <"$held/undo.$DEPLOYER_RUN"; } 2>/dev/null || limit=$silence
    [ $(($(date +%s) - ${seen:-0})) -lt "$limit" ] || abandon
  done
}

# TERM is for the steps (kill -TERM 0 reaches the whole session); the loop outlives it.
trap '' TERM HUP INT
mark ready
while IFS= read -r line; do
  case $line in
    run)
      script=
      whole=
      while IFS= read -r line; do
        [ "$line" != "@$token" ] || { whole=1 && break; }
        script=$script$line$newline
      done
      [ -n "$whole" ] || break
      [ -z "$job" ] || wait "$job"
      (
        (
          trap - HUP INT
          # It outlives its step, so that nothing goes on behind the controller's back.
          trap 'stopped=yes' TERM
          eval "$script"
        ) </dev/null 2>&1
        mark "done" "$?"
      ) &
      job=$!
      ;;
    stop) kill -TERM 0 ;;
    "hold "*) hold "${line#hold }" ;;
    "replace "*) replace "${line#replace }" ;;
    alive)
      if [ -n "$held" ] && ours "$held"; then
        beat
        # A step may have given the lock back meanwhile.
        ours "$held" || rm -f "$held/lock.beat"
      fi
      ;;
    free)
      held=
      [ -z "$watchdog" ] || kill -USR1 "$watchdog" 2>/dev/null
      watchdog=
      ;;
    bye)
      [ -z "$watchdog" ] || kill -USR1 "$watchdog" 2>/dev/null
      exit 0
      ;;
  esac
done
abandon
