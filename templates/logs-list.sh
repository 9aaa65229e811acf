# Lists log files, as ls does, with their numbers and sizes: those that are asked for, an empty line, and
# those that a rotation may have made of them.
export LC_ALL=C
IFS= # a pattern is one word, whatever is in it

# list PATTERN...: in their order, for what has two names is known by the first.
list() {
  for pattern; do
    set --
    for file in $pattern; do
      [ ! -f "$file" ] || set -- "$@" "$file"
    done
    [ "$#" -eq 0 ] || ls -Lildn -- "$@" 2>/dev/null
  done
}

list {{ patterns }}
echo
list {{ rotated }}
