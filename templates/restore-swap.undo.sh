# Puts the data back that was there before. What was there in between is kept, too: the application
# may have written into it.
data={{ data }}
kept={{ kept }}
undone={{ undone }}
present() { [ -e "$1" ] || [ -L "$1" ]; }
aside() {
  mkdir -p "$(dirname "$undone")"
  {{ rename | raw }} "$data" "$undone"
  echo "what was live in between is in $undone" || :
}
umask 022
trap '' TERM HUP INT PIPE
if present "$kept"; then
  ! present "$data" || aside
  {{ rename | raw }} "$kept" "$data"
{% if fresh %}
elif present "$data" && ! present {{ new }} && ! present "$undone"; then
  # Nothing was there before.
  aside
{% endif %}
fi
# Parents made for a part, as far as they are empty, those below first.
for dir in {{ parents }}; do
  rmdir "$dir" 2>/dev/null || :
done
