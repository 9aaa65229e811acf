# Gives an archive in backups/ its name: first its checksum is there, then the archive.
archive={{ archive }}
umask 077
printf '%s  %s\n' {{ sum }} {{ name }} >"$archive.sha256"
if ! mv -f "$archive.partial" "$archive"; then
  rm -f "$archive.sha256"
  exit 1
fi
echo finished
