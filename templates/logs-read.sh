# Prints parts of log files. Behind each stands a line of its own that begins with the token; where the part
# did not end a line, the program knows by what is before it.
export LC_ALL=C
token={{ token }}

# are_same FILE INODE: whether it is still the file that was listed.
are_same() {
  found=$(ls -Lid -- "$1" 2>/dev/null) || return
  while [ "$found" != "${found# }" ]; do found=${found# }; done
  [ "${found%% *}" = "$2" ]
}

# between FILE FROM END: its bytes from one place up to another.
between() { tail -c "+$(($2 + 1))" -- "$1" 2>/dev/null | head -c "$(($3 - $2))"; }

# last FILE LINES END: its last lines up to a place. Only as much is read as that takes.
last() {
  window=65536
  while :; do
    [ "$window" -lt "$3" ] || window=$3
    from=$(($3 - window))
    if [ "$from" -eq 0 ] || [ "$(($(between "$1" "$from" "$3" | wc -l)))" -gt "$2" ]; then break; fi
    window=$((window * 8))
  done
  between "$1" "$from" "$3" | tail -n "$2"
}

# part HOW FILE INODE FROM END
part() {
  if ! are_same "$2" "$3"; then
    printf '\n=%s gone\n' "$token"
  elif [ ! -r "$2" ]; then
    printf '\n=%s refused\n' "$token"
  else
    "$1" "$2" "$4" "$5"
    printf '\n=%s read\n' "$token"
  fi
}

{% for part in parts %}
part {{ part.how }} {{ part.path }} {{ part.inode }} {{ part.from }} {{ part.end }}
{% endfor %}
