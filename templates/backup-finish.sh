# Gives an archive in backups/ its name: first its checksum is there, then the archive.
archive={{ archive }}
umask 077
printf '%s  %s\n' {{ sum }} {{ name }} >"$archive.sha256"
mv -f "$archive.partial" "$archive"
[ -f "$archive" ]
echo finished
