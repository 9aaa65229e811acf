# Puts the restored data in the place of the present data, which is kept. Both renames stay within
# one file system; between them the data is out of reach for about a millisecond.
new={{ new }}
data={{ data }}
kept={{ kept }}
umask 022
if [ -e "$kept" ] || [ -L "$kept" ]; then
  echo "$kept is already there"
  exit 1
fi
mkdir -p "$(dirname "$data")" "$(dirname "$kept")"
# Whoever ends the session now gets both renames or none.
trap '' TERM HUP INT PIPE
moved=
if [ -e "$data" ] || [ -L "$data" ]; then
  {{ rename | raw }} "$data" "$kept"
  moved=yes
fi
if ! {{ rename | raw }} "$new" "$data"; then
  [ -z "$moved" ] || {{ rename | raw }} "$kept" "$data"
  exit 1
fi
