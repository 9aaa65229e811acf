# Gives the whole release its final name: from here on its absolute paths are right. Its manifest goes
# to the records, twice: once to be completed with what is made on the host, and once as it was shipped,
# which tells the next run what is here already.
partial={{ partial }}
release={{ release_path }}
records={{ records }}
work=$records/upload.{{ release }}
[ ! -e "$release" ] || { echo "$release is already there"; exit 1; }
mkdir -p "$records/manifests" "$records/shipped"
gzip -c <"$work/manifest" >"$records/shipped/{{ release }}.gz"
cp "$records/shipped/{{ release }}.gz" "$records/manifests/{{ release }}.gz"
{
  awk '
    BEGIN { FS = "\t" }
    { inodes++ }
    $1 == "f" || $1 == "x" { blocks += int(($2 + 4095) / 4096) }
    END { printf "%d %d\n", blocks * 4, inodes }
  ' "$work/manifest"
  {{ checksum | raw }} <"$work/manifest"
} >"$records/shipped/{{ release }}.sum"
rm -rf "$work"
mv "$partial" "$release"
