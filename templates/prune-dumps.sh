# Removes dumps of the database that are no longer kept, each with its checksum. Only those whose checksum
# is recorded count, and the newest of them stays.
records={{ records }}
cutoff={{ cutoff }} # the oldest id that stays
count={{ count }}   # how many stay; 0: their age decides
own={{ own }}       # empty: those that were made by hand go as well
cd {{ backups }}
good=
left=0
for dump in database-*.sql.gz database-*.sqlite.gz; do
  id=${dump#database-}
  id=${id%%.*}
  case $dump in *[!0-9a-z.-]*) continue ;; esac
  if [ "${#id}" -ne 14 ] || [ ! -f "$dump" ] || [ ! -f "$dump.sha256" ]; then continue; fi
  good="$good $id:$dump"
  left=$((left + 1))
done
# shellcheck disable=SC2086 # these are words
for dump in $(printf '%s\n' $good | sort); do
  id=${dump%%:*}
  dump=${dump#*:}
  left=$((left - 1))
  [ "$left" -gt 0 ] || break
  if [ "$count" -gt 0 ]; then
    [ "$left" -ge "$count" ] || continue
  else
    # As words: some shells do not count that far.
    expr "x$id" '<' "x$cutoff" >/dev/null || continue
    [ -z "$own" ] || grep -q -x "$id" "$records/releases" || continue
  fi
  rm -f "./$dump" && rm -f "./$dump.sha256" && echo "no longer kept: backups/$dump"
done
