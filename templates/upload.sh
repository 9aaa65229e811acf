# Unpacks the archive from the input into a directory of its own. The last line printed is the
# checksum of what arrived; the controller compares it before the directory is used.
partial={{ partial }}
records={{ records }}
echo {{ release }} >>"$records/releases"
mkdir -m 0755 "$partial"
cd "$partial"
# Should the connection freeze, the session ends this by its process group.
printf '%s %s\n' "$$" "$(uname -n)" >"$records/uploading"
sum=$records/archive.{{ release }}
rm -f "$sum" "$sum.pipe"
mkfifo "$sum.pipe"
trap 'rm -f "$sum" "$sum.pipe" "$records/uploading"' EXIT
{{ checksum | raw }} <"$sum.pipe" >"$sum" &
# tar may stop at the end of the archive before its padding: the rest is read for the checksum.
tee "$sum.pipe" | { gzip -dc && cat >/dev/null; } | { tar -xf - -o && cat >/dev/null; }
wait
echo # the last thing that the login shell printed may have no line end
cat "$sum"
