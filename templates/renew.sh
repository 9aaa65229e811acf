# Functions: a shared file whose link in a release was replaced by a file. Editors and panels write a new
# file and rename it, which replaces the link: the site has used the new one since.

# link_of ID PATH: prints where the link led that a release had there when it was made, if it had one.
link_of() {
  manifest={{ records }}/manifests/$1.gz
  [ ! -f "$manifest" ] || gzip -dc "$manifest" | path=./$2 awk '
    BEGIN { FS = "\t" }
    { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    $1 == "l" && path == ENVIRON["path"] { print $4 }
  '
}

# set_aside DIR PATH: keeps a copy of a file in an archive.
set_aside() {
  archive={{ backups }}/replaced-{{ release }}.tar.gz
  number=1
  while [ -e "$archive" ]; do
    number=$((number + 1))
    archive={{ backups }}/replaced-{{ release }}-$number.tar.gz
  done
  (umask 077 && tar -cf - -C "$1" "./$2" | gzip -c >"$archive.partial")
  [ "$(gzip -dc "$archive.partial" | tar -tf - | wc -l)" -eq 1 ]
  mv "$archive.partial" "$archive"
}

is_file() { [ -f "$1" ] && [ ! -L "$1" ]; }

# renew PATH: makes such a file of the live release the shared one, unless that was written later. The
# version before is kept; where the shared one stays, the other is archived as any edited file is.
renew() {
  written={{ previous_path }}/$1
  kept={{ shared }}/$1
  if ! is_file "$written" || ! is_file "$kept" || cmp -s "$written" "$kept"; then return 0; fi
  # When it got here, whatever time it was given; a mere change of the other's mode is no later version.
  case $ask in
    -c) arrived=%Z ;;
    *) arrived=%c ;;
  esac
  [ "$(stat "$ask" "$mtime" "$kept")" -le "$(stat "$ask" "$arrived" "$written")" ] || return 0
  [ -n "$(link_of {{ previous_id }} "$1")" ] || return 0
  set_aside {{ shared }} "$1"
  renewed={{ records }}/archive.{{ release }}
  cp -p "$written" "$renewed"
  chmod "$(stat "$ask" "$mode" "$kept")" "$renewed"
  mv "$renewed" "$kept"
  echo "$written was written in the place of its link: it is shared/$1 now; the one before is in $archive"
}

# relink PATH: gives an older release, which is to be live again, its link back.
relink() {
  written={{ release_path }}/$1
  is_file "$written" || return 0
  target=$(link_of {{ release }} "$1")
  [ -n "$target" ] || return 0
  cmp -s "$written" {{ shared }}/"$1" || set_aside {{ release_path }} "$1"
  renewed={{ records }}/archive.{{ release }}
  rm -f "$renewed"
  ln -s "$target" "$renewed"
  mv -f "$renewed" "$written"
}
