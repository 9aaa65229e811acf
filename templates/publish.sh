# Gives the whole release its final name: from here on its absolute paths are right. Its manifest goes
# to the records.
partial={{ partial }}
release={{ release_path }}
manifests={{ records }}/manifests
[ ! -e "$release" ] || { echo "$release is already there"; exit 1; }
mkdir -p "$manifests"
gzip -c <"$partial/.deployer-manifest" >"$manifests/{{ release }}.gz"
rm "$partial/.deployer-manifest"
mv "$partial" "$release"
