# Makes the shared paths that the host does not have yet, from what the release ships there. What is
# there is never touched. Copied files are listed with their checksums and new directories by their
# names, for the undo alone.
shared={{ shared }}
release={{ release_path }}
seeded={{ records }}/seeded.{{ release }}
made={{ records }}/made.{{ release }}

# Makes a directory with its parents.
make() {
  dir=$1
  while [ ! -d "$dir" ]; do
    printf '%s\n' "$dir"
    dir=$(dirname "$dir")
  done >>"$made"
  mkdir -p "$1"
}

for path in {{ new_dirs }}; do
  make "$shared/$path"
  if [ -d "$release/$path" ] && [ ! -L "$release/$path" ]; then
    cp -R "$release/$path/." "$shared/$path/"
    (cd "$shared" && find "./$path" -type f -exec cksum {} +) >>"$seeded"
  fi
done
for path in {{ new_files }}; do
  if [ ! -f "$release/$path" ]; then
    echo "neither the release nor $shared has $path"
    exit 1
  fi
  make "$(dirname "$shared/$path")"
  cp "$release/$path" "$shared/$path"
  (cd "$shared" && cksum "./$path") >>"$seeded"
done
for path in {{ new_tree }}; do make "$shared/$path"; done
