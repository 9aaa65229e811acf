# Reads an archive of backups/ to its end, without changing anything: the checksum, how much is in
# it, and what must not be.
archive={{ archive }}
LC_ALL=C
export LC_ALL
[ -f "$archive" ] || { echo absent; exit 0; }
sum=
[ ! -f "$archive.sha256" ] || read -r sum _ <"$archive.sha256"
echo "recorded $sum"
echo "sum $({{ checksum | raw }} <"$archive")"
gzip -t <"$archive" || { echo 'broken gzip'; exit 0; }
echo "unpacked $(gzip -dc <"$archive" | wc -c)"
# A name with a newline may take several lines; only the first begins so.
echo "entries $(gzip -dc <"$archive" | tar -tf - | grep -c '^\./')"
outside=$(gzip -dc <"$archive" | tar -tf - | grep -E -m 1 '^/|(^|/)\.\.(/|$)' || :)
[ -z "$outside" ] || printf 'outside %s\n' "$outside"
device=$(gzip -dc <"$archive" | tar -tvf - | grep -E -m 1 '^[bc][r-][w-][xsS-]' || :)
[ -z "$device" ] || printf 'device %s\n' "$device"
echo inspected
