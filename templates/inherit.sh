# Takes what the old site wrote since its data was copied: up to the switch it is what visitors use.
# Needs the functions of inventory.sh.
records={{ records }}
shared={{ shared }}
release={{ release }}
lists=$records/seed.$release

# catch_up PATH SOURCE: copies what differs, and lists it for the undo, as share.sh does.
catch_up() {
  if [ -d "$2" ]; then
    (cd "$shared/$1" && inventory .) >"$lists.copy"
    (cd "$2" && inventory .) >"$lists.old"
    {
      cat "$lists.copy"
      echo '='
      cat "$lists.old"
    } | awk '$0 == "=" { here = 1; next } !here { is[$0]; next } !($0 in is)' | cut -f 5- >"$lists.new"
  elif cmp -s "$2" "$shared/$1"; then
    : >"$lists.new"
  else
    echo >"$lists.new"
  fi
  while IFS= read -r path; do
    place=$shared/$1${path:+/$path}
    mkdir -p "$(dirname "$place")"
    cp -pRP "$2${path:+/$path}" "$place.$release"
    mv -f "$place.$release" "$place"
    (cd "$shared" && inventory "./$1${path:+/${path#./}}") >>"$records/seeded.$release"
    echo "took ${path#./} of $2 once more"
  done <"$lists.new"
}

{% for old in sources %}
catch_up {{ old.path }} {{ old.source }}
{% endfor %}
rm -f "$lists".*
