# Removes releases that are no longer kept. Each gets another name first, so that no half-removed
# release is taken for a whole one, and is looked through once more for what the application wrote
# into it. What cannot be removed now is tried again by the next run.
live=$(readlink {{ deploy_to }}/current)
live=${live##*/}
failed=0
for id in {{ surplus }}; do
  [ "$live" != "$id" ] || continue
  dir=$releases/$id
  [ ! -d "$dir" ] || mv "$dir" "$dir.pruned" || { failed=1 && continue; }
  # What never was live holds nothing but what its run made.
  never_live=
  for other in {{ never_live }}; do
    [ "$other" != "$id" ] || [ -f "$records/live.$id" ] || never_live=yes
  done
  if [ -d "$dir.pruned" ] && [ -z "$never_live" ]; then
    also=
    # Only what went to a release that became live has arrived.
    for to in {{ deployed }}; do
      [ ! -f "$records/adopted/$id.$to" ] || also="$also adopted/$id.$to"
      # What it got from another was looked after there, should it have come no further.
      [ ! -f "$records/adopted/$to.$id" ] || also="$also adopted/$to.$id"
    done
    set +e
    (
      set -e
      cd "$records"
      adopt "$id" "$dir.pruned" "$live" to
      [ -z "$left" ] || { printf '%s\n' "$left" | sed "s|^\./|$id holds |" | head -n 20 && exit 3; }
    )
    code=$?
    set -e
    if [ "$code" -ne 0 ]; then
      echo "releases/$id is kept: it holds files of the application that are nowhere else"
      mv "$dir.pruned" "$dir"
      [ "$code" -eq 3 ] || failed=1
      continue
    fi
  fi
  rm -rf "$dir.partial" "$dir.pruned" || { failed=1 && continue; }
  for note in seen seeded made live archives; do rm -f "$records/$note.$id"; done
  rm -f "$records/manifests/$id.gz" "$records/manifests/$id.gz.partial" "$records/adopted/$id."* "$records/adopted/"*".$id"
  rm -f "$records/shipped/$id".*
  rm -rf "$records/upload.$id" "$records/seed.$id" "$records/seed.$id".*
done
exit "$failed"
