# Writes an archive of shared/ to the output while it is made, behind a mark: a login shell may have
# printed before. What became of each part of the pipe is told on the error output.
shared={{ shared }}
token={{ token }}
LC_ALL=C
export LC_ALL

told() { printf '\n@%s %s %s\n' "$token" "$1" "$2" >&3; }

exec 3>&2
cd "$shared"
# A disk that is full, or read-only, must not keep anybody from a backup.
pipe=
for dir in {{ records }} "${TMPDIR:-/tmp}"; do
  pipe=$dir/backup.$token.pipe
  ! mkfifo -m 0600 "$pipe" 2>/dev/null || break
  pipe=
done
[ -n "$pipe" ] || { echo "no pipe can be made in {{ records }} or /tmp" >&2; exit 1; }
tidy() {
  trap '' TERM HUP INT PIPE # a second signal must not end what tidies up
  rm -f "$pipe"
}
trap tidy EXIT
# PIPE, too: the shell itself tells of what was killed, and may find nobody who listens.
trap 'exit 143' TERM HUP INT PIPE

# Only GNU tar tells a file that changed while it was read (1) from an error (2).
! tar --version 2>/dev/null | grep -q 'GNU tar' || told gnu 1
printf '\n@%s begin\n' "$token"
{
  sum=$({{ checksum | raw }} <"$pipe")
  told sum "$sum"
} &
# There is no status of a whole pipe in every shell: each part tells its own.
{
  code=0
  tar -cf - . || code=$?
  told tar "$code"
} | {
  code=0
  gzip -c || code=$?
  told gzip "$code"
} | tee "$pipe"
wait
