# Records that the release is live, for prune, rollback and people.
deploy_to={{ deploy_to }}
records=$deploy_to/.deployer
release={{ release }}
at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
seconds=$(($(date +%s) - DEPLOYER_STARTED))

# What became of the files that the application wrote into the release before.
adopted=$(cat "$records/adopted/"*".$release" 2>/dev/null | wc -l)
adopted=$((adopted))
kept=
for archive in "$deploy_to/backups/drift-$release"*.tar.gz "$deploy_to/backups/replaced-$release"*.tar.gz; do
  [ ! -f "$archive" ] || kept=$kept,\"${archive##*/}\"
done
printf '%s,"outcome":"deployed","by":"%s","at":"%s","seconds":%s,"adopted":%s,"kept":[%s]}\n' \
  {{ entry }} "$DEPLOYER_BY" "$at" "$seconds" "$adopted" "${kept#,}" >>"$records/history.jsonl"
{
  printf '%s %s %s by %s in %s s\n' "$at" {{ kind }} {{ what_is_live }} "$DEPLOYER_BY" "$seconds"
  [ "$adopted" -eq 0 ] || printf '%s files of the application looked after: %s\n' "$at" "$adopted"
  [ -z "$kept" ] || printf '%s changed files are kept in backups: %s\n' "$at" "${kept#,}"
} >>"$deploy_to/deployment.log"
# The program ends with this line; what was carried along was told before.
[ -z "$kept" ] || echo "changed files kept in $deploy_to/backups:$(printf '%s' "$kept" | tr -d '"' | tr , ' ')"

# What runs note while they work, those that were killed too: none works beside this one.
if [ -f "$records/seen" ]; then
  # A pattern that fits nothing is no file.
  for list in "$records/seen".[0-9]*; do [ ! -f "$list" ] || cat "$list"; done |
    LC_ALL=C sort -u - "$records/seen" >"$records/seen-partial.$release"
  mv "$records/seen-partial.$release" "$records/seen"
fi
for note in seen seeded made archives archive current; do rm -f "$records/$note".[0-9]*; done
rm -f "$records"/undo.*
rmdir "$records"/undoing.* 2>/dev/null || :
rm -f "$deploy_to/shared/.env.deployer" "$records/app-key.new"
rm -rf "$records/seed".[0-9]* "$records/seen-partial".* "$records/adopting"
# Prune must know which of the releases that are still there were live.
for note in "$records"/live.*; do
  if [ ! -d "$deploy_to/releases/${note##*.}" ] || [ "${note##*.}" = "$release" ]; then rm -f "$note"; fi
done
for guard in "$records"/lock.*; do
  [ "$guard" = "$records/lock.$DEPLOYER_RUN" ] || rmdir "$guard" 2>/dev/null || :
done
