# Lists the archives and dumps in backups/: a line with the size, what is known of the checksum, and the name.
cd {{ backups }} 2>/dev/null || exit 0
for archive in shared-*.tar.gz database-*.sql.gz database-*.sqlite.gz; do
  [ -f "$archive" ] || continue
  sum=missing
  [ ! -f "$archive.sha256" ] || sum=recorded
  echo "archive $(wc -c <"$archive") $sum $archive"
done
