# Puts a dump in the place of the database. The note says that the database is not as it was: the undo
# goes by it, and should the run be killed, so does the next one.
archive={{ archive }}
note=$records/loading.$DEPLOYER_RUN
describe
recorded "$archive" {{ sum }}
echo "begun: $archive" >"$note"
load "$archive"
echo "loaded: $archive" >"$note"
echo "the database is that of ${archive##*/}"
