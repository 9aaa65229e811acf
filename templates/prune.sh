# Removes releases that are no longer kept. Each gets another name first, so that no half-removed
# release is taken for a whole one. What cannot be removed now is tried again by the next run.
deploy_to={{ deploy_to }}
live=$(readlink "$deploy_to/current")
failed=0
for id in {{ surplus }}; do
  [ "${live##*/}" != "$id" ] || continue
  dir=$deploy_to/releases/$id
  [ ! -d "$dir" ] || mv "$dir" "$dir.pruned" || failed=1
  rm -rf "$dir.partial" "$dir.pruned" || failed=1
  rm -f "$deploy_to/.deployer/seeded.$id" "$deploy_to/.deployer/made.$id"
done
exit "$failed"
