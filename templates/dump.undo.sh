# A dump that is whole is a backup, and stays; what is not whole goes, and so does what its making needed.
records={{ records }}
for file in {{ backups }}/database-{{ dump }}.*.partial {{ backups }}/database-{{ dump }}.*.partial.copy; do rm -f "$file"; done
rm -rf "$records"/login-{{ purpose }}-"$DEPLOYER_RUN"
for file in {{ backups }}/database-{{ dump }}.*.gz; do
  [ ! -f "$file" ] || echo "kept: $file, the database as it was before"
done
