# Makes the directory for the restored data, beside the present data.
for dir in {{ missing }}; do
  [ -d "$dir" ] || mkdir -m 0755 "$dir"
done
mkdir -m 0755 {{ restoring }}
