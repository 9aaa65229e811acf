# Unpacks an archive of backups/ into the directory made for it, if it is still the one looked at.
records={{ records }}
archive={{ archive }}
failed=$records/restore.{{ restore }}.failed
sum=$({{ checksum | raw }} <"$archive")
case $sum in
  *{{ sum }}*) ;;
  *) echo "$archive has changed: its SHA-256 is $sum" && exit 1 ;;
esac
cd {{ restoring }}
rm -f "$failed"
tidy() {
  trap '' TERM HUP INT PIPE # a second signal must not end what tidies up
  rm -f "$failed"
}
trap tidy EXIT
trap 'exit 143' TERM PIPE
numeric=
! tar --help 2>&1 | grep -q -e '--numeric-owner' || numeric=--numeric-owner
{
  gzip -dc <"$archive" || : >"$failed"
} | {
  tar -xp ${numeric:+"$numeric"} -f - || : >"$failed"
}
[ ! -e "$failed" ]
