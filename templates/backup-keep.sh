# Writes an archive of shared/ into backups/ under a name for what is not whole yet, reads it to its
# end, and tells what it found. The controller decides whether it is good.
shared={{ shared }}
archive={{ archive }}
partial=$archive.partial
LC_ALL=C
export LC_ALL
umask 077

cd "$shared"
[ -d {{ backups }} ] || mkdir -m 0755 {{ backups }}
# Only one run can make the file; only that one may remove it.
if [ -e "$archive" ] || ! (set -C && : >"$partial") 2>/dev/null; then
  echo "$archive cannot be made: is it there already, or the disk full or read-only?"
  exit 1
fi
tidy() {
  trap '' TERM HUP INT PIPE # a second signal must not end what tidies up
  rm -f "$partial"
}
trap tidy EXIT
# PIPE, too: the shell itself tells of what was killed, and may find nobody who listens.
trap 'exit 143' TERM HUP INT PIPE

! tar --version 2>/dev/null | grep -q 'GNU tar' || echo 'gnu 1'
exec 3>&1
{
  code=0
  tar -cf - . || code=$?
  echo "tar $code" >&3
} | {
  code=0
  gzip -c >"$partial" || code=$?
  echo "gzip $code" >&3
}
gzip -t <"$partial"
# A name with a newline may take several lines; only the first begins so.
echo "entries $(gzip -dc <"$partial" | tar -tf - | grep -c '^\./')"
echo "sum $({{ checksum | raw }} <"$partial")"
echo "bytes $(wc -c <"$partial")"
trap - EXIT
