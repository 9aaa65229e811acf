# Function: whether an application reaches its database. It needs those of probe.sh.

# reaches_database PROGRAM: tells how a program of PHP ends that connects, and its last line. It arrives on
# standard input: whoever lists the processes sees nothing of it.
reaches_database() {
  limited=
  ! has timeout || limited='timeout -s KILL 15'
  # shellcheck disable=SC2086 # a command and its options
  said=$(printf '%s\n' "$1" | $limited "$php" -- check 2>/dev/null) && code=0 || code=$?
  fact database "$code $(printf '%s\n' "$said" | sed '/^ *$/d' | tail -n 1)"
}
