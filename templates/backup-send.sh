# Writes an archive of backups/ to the output, behind a mark; its recorded checksum is told on the
# error output.
archive={{ archive }}
token={{ token }}
[ -f "$archive" ] || { echo "$archive is not there" >&2; exit 1; }
[ -f "$archive.sha256" ] || { echo "$archive has no recorded checksum" >&2; exit 1; }
read -r sum _ <"$archive.sha256"
printf '\n@%s sum %s\n' "$token" "$sum" >&2
printf '\n@%s begin\n' "$token"
cat "$archive"
