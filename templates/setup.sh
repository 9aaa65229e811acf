# Makes the directories that are missing. What is there is left alone, modes included.
for dir in {{ missing }}; do
  [ -d "$dir" ] || mkdir -m 0755 "$dir"
done
