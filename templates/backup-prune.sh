# Removes archives that are no longer kept, each with its checksum.
cd {{ backups }}
for name in {{ surplus }}; do
  rm -f "./$name" && rm -f "./$name.sha256" && echo "removed $name"
done
