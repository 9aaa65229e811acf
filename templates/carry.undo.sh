# Puts back what was changed in the release for the host, and removes what was copied into
# .well-known, which may be shared, as far as it is unchanged.
public={{ carry_into }}
kept={{ records }}/carried.{{ release }}
to=$public/.well-known

if [ -f "$kept/changed" ]; then
  while IFS= read -r name; do
    rm -f "$public/$name.deployer"
    if [ -e "$kept/$name" ]; then
      cp -p "$kept/$name" "$public/$name.deployer"
      mv -f "$public/$name.deployer" "$public/$name"
    else
      rm -f "$public/$name"
    fi
  done <"$kept/changed"
fi
if [ -f "$kept/copied" ]; then
  while IFS= read -r file && IFS= read -r sum; do
    now=$({{ checksum | raw }} <"$to$file") || continue
    [ "$now" != "$sum" ] || rm -f "$to$file"
  done <"$kept/copied"
fi
if [ -f "$kept/made" ]; then
  # Those below come first.
  LC_ALL=C sort -r "$kept/made" | while IFS= read -r dir; do rmdir "$to$dir" 2>/dev/null || :; done
fi
rm -rf "$kept"
