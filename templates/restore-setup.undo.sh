# Removes what was unpacked. The id is this run's own, so nobody else made the directory.
restoring={{ restoring }}
sum={{ records }}/restore.{{ restore }}
rm -f "$sum" "$sum.pipe" "$sum.failed"
if [ -d "$restoring" ]; then
  # Directories that are read-only in the archive are read-only here.
  find "$restoring" -type d ! -perm -700 -exec chmod u+rwx {} + || :
  rm -rf "$restoring"
fi
