# Function: a shared file whose link in the live release was replaced by a file. Editors and panels write
# a new file and rename it, which replaces the link: the site has used the new one since.

# was_linked PATH: tells whether the live release had a link there when it was made.
was_linked() {
  manifest={{ records }}/manifests/{{ previous_id }}.gz
  [ -f "$manifest" ] && gzip -dc "$manifest" | path=./$1 awk '
    BEGIN { FS = "\t" }
    { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    $1 == "l" && path == ENVIRON["path"] { found = 1 }
    END { exit !found }
  '
}

# renew PATH: makes such a file the shared one. The version before is kept in an archive.
renew() {
  written={{ previous_path }}/$1
  kept={{ shared }}/$1
  if [ ! -f "$written" ] || [ -L "$written" ] || [ ! -f "$kept" ] || [ -L "$kept" ]; then return 0; fi
  if cmp -s "$written" "$kept" || ! was_linked "$1"; then return 0; fi
  archive={{ backups }}/replaced-{{ release }}.tar.gz
  number=1
  while [ -e "$archive" ]; do
    number=$((number + 1))
    archive={{ backups }}/replaced-{{ release }}-$number.tar.gz
  done
  (umask 077 && tar -cf - -C {{ shared }} "./$1" | gzip -c >"$archive.partial")
  [ "$(gzip -dc "$archive.partial" | tar -tf - | wc -l)" -eq 1 ]
  mv "$archive.partial" "$archive"
  renewed={{ records }}/archive.{{ release }}
  cp -p "$written" "$renewed"
  chmod "$(stat "$ask" "$mode" "$kept")" "$renewed"
  mv "$renewed" "$kept"
  echo "$written was written in the place of its link: it is shared/$1 now; the one before is in $archive"
}
