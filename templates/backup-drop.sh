# Removes an archive that is not good. Its id is this run's own.
archive={{ archive }}
rm -f "$archive.partial" "$archive.sha256"
