# Writes what people need who look after shared data without the controller: two programs, what is
# shared, and what in public/ is not. A file that somebody else wrote under such a name is left alone.
shared={{ shared }}
failed=0

# put MODE NAME TEXT: under another name first, so that the file is whole whenever it is read.
put() {
  file=$shared/$2
  if [ -L "$file" ] || { [ -e "$file" ] && ! grep -q {{ mark }} "$file"; }; then
    echo "$file was not written by this program; it is left alone"
    failed=1
    return
  fi
  # The x keeps the line ends at the end.
  if [ -f "$file" ] && [ "$(cat "$file" && echo x)" = "$3x" ]; then return; fi
  printf '%s' "$3" >"$file.part"
  chmod "$1" "$file.part"
  mv -f "$file.part" "$file"
}

{% for file in written %}
# shellcheck disable=SC2016 # it may be a program of its own
put {{ file.mode }} {{ file.name }} {{ file.text }}
{% endfor %}
# Only where there is something to tell, or an older one that may be wrong by now.
exclusions={{ exclusions.name }}
count={{ exclusions.count }}
if [ "$count" -gt 0 ] || [ -e "$shared/$exclusions" ]; then
  [ -d "$shared/public" ] || mkdir -m 0755 "$shared/public"
  put 0644 "$exclusions" {{ exclusions.text }}
fi
exit "$failed"
