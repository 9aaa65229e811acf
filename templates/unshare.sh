# Function: removes what a run put into shared data, as far as it is unchanged, and the directories made
# for it, as far as they are empty. Needs the functions of survey.sh.

# unshare ID LIVE: LIVE is the release that has stayed live, if any: what it has in its own directory is
# not needed in shared data. Only files of the same size are read.
unshare() (
  seeded=$records/seeded.$1
  made=$records/made.$1
  rm -rf "$records/seed.$1" "$records/seed.$1.shipped" "$records/seed.$1.new"
  rm -f "$records/seen.$1"
  if [ -f "$seeded" ]; then
    {
      cut -f 2,3,5- "$seeded" && echo '='
      cut -f 5- "$seeded" | (cd "$shared" && tr '\n' '\0' | xargs -0 stat "$ask" "$size$tab$mtime$tab$name" -- 2>/dev/null)
    } | awk '$0 == "=" { here = 1; next } !here { was[$0]; next } $0 in was { print substr($0, index($0, "./")) }' |
      (cd "$shared" && tr '\n' '\0' | xargs -0 rm -f --)
    sed -n "s/^l$tab-$tab-$tab//p" "$seeded" | while IFS="$tab" read -r link path; do
      [ "$(readlink "$shared/$path")" != "$link" ] || rm -f "$shared/$path"
    done
    # A file that was written to since may be the same one in both places.
    [ -z "$2" ] || sed -n "s/^f${tab}[^$tab]*${tab}[^$tab]*$tab-$tab//p" "$seeded" | while IFS= read -r path; do
      if [ -f "$2/$path" ] && cmp -s "$2/$path" "$shared/$path"; then rm -f "$shared/$path"; fi
    done
    rm -f "$seeded"
  fi
  if [ -f "$made" ]; then
    # Those below come first.
    LC_ALL=C sort -r "$made" | while IFS= read -r dir; do
      find "$dir" -depth -type d -exec rmdir {} \; 2>/dev/null || :
    done
    rm -f "$made"
  fi
)
