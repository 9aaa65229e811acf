# Unpacks an archive from the input into the directory made for it. The last line printed is the
# checksum of what arrived; the controller compares it before the data is used.
records={{ records }}
cd {{ restoring }}
# Should the connection freeze, the session ends this by its process group.
printf '%s %s\n' "$$" "$(uname -n)" >"$records/uploading"
sum=$records/restore.{{ restore }}
rm -f "$sum" "$sum.pipe" "$sum.failed"
mkfifo "$sum.pipe"
tidy() {
  trap '' TERM HUP INT PIPE # a second signal must not end what tidies up
  rm -f "$sum" "$sum.pipe" "$sum.failed" "$records/uploading"
}
trap tidy EXIT
# PIPE, too: the shell itself tells of what was killed, and may find nobody who listens.
trap 'exit 143' TERM HUP INT PIPE
numeric=
! tar --help 2>&1 | grep -q -e '--numeric-owner' || numeric=--numeric-owner
{{ checksum | raw }} <"$sum.pipe" >"$sum" &
# The rest of the input is read for the checksum, whatever happens.
tee "$sum.pipe" | {
  gzip -dc || : >"$sum.failed"
  cat >/dev/null
} | {
  tar -xp ${numeric:+"$numeric"} -f - || : >"$sum.failed"
  cat >/dev/null
}
wait
[ ! -e "$sum.failed" ]
echo # the last thing that the login shell printed may have no line end
cat "$sum"
