# Removes what was copied into shared by this run, as far as it is unchanged, and the directories
# made for it, as far as they are empty.
shared={{ shared }}
seeded={{ records }}/seeded.{{ release }}
made={{ records }}/made.{{ release }}

if [ -f "$seeded" ]; then
  while IFS= read -r path && IFS= read -r sum; do
    now=$({{ checksum | raw }} <"$shared/$path") || continue
    [ "$now" != "$sum" ] || rm -f "$shared/$path"
  done <"$seeded"
  rm -f "$seeded"
fi
for path in {{ made }}; do
  [ ! -d "$shared/$path" ] || find "$shared/$path" -depth -type d -exec rmdir {} \; 2>/dev/null || :
done
if [ -f "$made" ]; then
  # Those below come first.
  LC_ALL=C sort -r "$made" | while IFS= read -r dir; do rmdir "$dir" 2>/dev/null || :; done
  rm -f "$made"
fi
