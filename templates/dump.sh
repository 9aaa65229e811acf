# Dumps the database before it is migrated. Where that fails, nothing has been migrated yet.
looks={{ looks }} # empty: it is not asked which migrations are pending
whole={{ whole }} # empty: an empty database needs no dump

# pending: whether migrations are; in doubt they are.
pending() {
  listed=$(cd "$place" && "$php" artisan migrate:status --no-ansi --no-interaction 2>&1) || return 0
  ! printf '%s\n' "$listed" | grep -q -E '^\| *No +\||[ .]Pending *$' || return 0
  ! printf '%s\n' "$listed" | grep -q -i -E '^\| *Yes +\||\] Ran *$|no migrations found'
}

if [ -n "$looks" ] && ! pending; then
  echo "no migrations are pending"
  exit 0
fi
for note in "$records"/loading.*; do
  if [ "$purpose" = deploy ] && [ -f "$note" ]; then
    read -r _ before <"$note" || :
    echo "the database may be half of one: a run was killed while it loaded a dump; bring it back as it was before: deployer restore {{ stage }} $before --database"
    exit 1
  fi
done
describe
if [ -z "$whole" ] && [ "$tables" = 0 ]; then
  echo "the database is empty: there is nothing to dump"
  exit 0
fi
dump "database-{{ dump }}.$suffix.gz"
