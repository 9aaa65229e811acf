# Measures shared data. Prints a line for each path: kilobytes, files, path; or "missing" and the path.
shared={{ shared }}
for path in {{ paths }}; do
  there=$shared/$path
  if [ -d "$there" ]; then
    there=$there/. # a link to another disk is followed
  elif [ ! -e "$there" ]; then
    printf 'missing %s\n' "$path"
    continue
  fi
  du -sk "$there" 2>/dev/null | {
    read -r kilobytes _
    printf '%s %s %s\n' "${kilobytes:-0}" "$(($(find "$there" -type f 2>/dev/null | wc -l)))" "$path"
  }
done
