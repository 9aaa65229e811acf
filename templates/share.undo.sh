# Removes what this run put into shared data, as far as it is unchanged, and the directories made for
# it, as far as they are empty.
records={{ records }}
shared={{ shared }}
release={{ release }}
previous={{ previous_id }}
seeded=$records/seeded.$release
made=$records/made.$release

rm -rf "$records/seed.$release" "$records/seed.$release.shipped" "$records/seed.$release.new"
rm -f "$records/seen.$release" "$records/adopted/$previous.$release"
if [ -f "$seeded" ]; then
  {
    cut -f 2,3,5- "$seeded" && echo '='
    cut -f 5- "$seeded" | (cd "$shared" && tr '\n' '\0' | xargs -0 stat "$ask" "$size$tab$mtime$tab$name" -- 2>/dev/null)
  } | awk '$0 == "=" { here = 1; next } !here { was[$0]; next } $0 in was { print substr($0, index($0, "./")) }' |
    (cd "$shared" && tr '\n' '\0' | xargs -0 rm -f --)
  sed -n "s/^l$tab-$tab-$tab//p" "$seeded" | while IFS="$tab" read -r link path; do
    [ "$(readlink "$shared/$path")" != "$link" ] || rm -f "$shared/$path"
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
