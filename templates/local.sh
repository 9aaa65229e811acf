# Runs a step on the controller. When the controller is gone, its end of the input closes: then the
# step ends, with all that it started.
exec 3<&0 </dev/null 2>&1
{
  read -r _ <&3 # nothing ever comes
  kill -s KILL 0
} >/dev/null 2>&1 &
watchdog=$!
(
  exec 3<&-
  set -e
  eval {{ script }}
)
code=$?
exec >/dev/null 2>&1 # some shells tell of what was killed
kill -s KILL "$watchdog"
exit "$code"
