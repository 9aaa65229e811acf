# Lists log files, as ls does, with their numbers and sizes: those that are asked for, an empty line, and
# those that a rotation may have made of them.
export LC_ALL=C
IFS= # a pattern is one word, whatever is in it

list() {
  for pattern; do
    for file in $pattern; do
      [ ! -f "$file" ] || set -- "$@" "$file"
    done
    shift
  done
  [ "$#" -eq 0 ] || ls -Lildn -- "$@" 2>/dev/null
}

list {{ patterns }}
echo
list {{ rotated }}
