# Asks which migrations have run before the next step runs others. What it says is not shown: when the run
# is taken back, it is asked again, and the program tells which of them stay.
migrations {{ php }}
for dump in {{ deploy_to }}/backups/database-{{ release }}.*.gz; do
  [ ! -f "$dump" ] || echo "migrations dump ${dump##*/}"
done
