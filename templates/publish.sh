# Gives the whole release its final name: from here on its absolute paths are right.
partial={{ partial }}
release={{ release_path }}
[ ! -e "$release" ] || { echo "$release is already there"; exit 1; }
mv "$partial" "$release"
