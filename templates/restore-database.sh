# Puts a dump in the place of the database. The note says that it is not as it was, and which dump was
# made before: the undo goes by it, and should the run be killed, so does the next one.
archive={{ archive }}
note=$records/loading.$DEPLOYER_RUN
describe
recorded "$archive" {{ sum }}
if ! load "$archive"; then
  # These take all of a dump or nothing: the database is as it was.
  case $driver in pgsql | sqlite) rm -f "$note" ;; esac
  exit 1
fi
echo "loaded {{ dump }}" >"$note"
echo "the database is that of ${archive##*/}"
