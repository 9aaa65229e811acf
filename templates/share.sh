# Makes the shared paths that the host does not have yet, from what the release ships there. What is
# there is never touched. For the undo alone, copied files are listed (a line with the path, and one
# with the checksum), and so are new directories.
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

# list PATH: lists a copied file. What cannot be listed stays when the deploy is taken back.
list() {
  sum=$({{ checksum | raw }} <"$shared/$1") || return 0
  printf '%s\n%s\n' "$1" "$sum" >>"$seeded"
}

for path in {{ new_dirs }}; do
  make "$shared/$path"
  if [ -d "$release/$path" ] && [ ! -L "$release/$path" ]; then
    cp -R "$release/$path/." "$shared/$path/"
    (cd "$shared" && find "./$path" -type f) | while IFS= read -r file; do list "$file"; done
  fi
done
for path in {{ new_files }}; do
  if [ ! -f "$release/$path" ]; then
    echo "neither the release nor $shared has $path"
    exit 1
  fi
  make "$(dirname "$shared/$path")"
  cp "$release/$path" "$shared/$path"
  list "$path"
done
for path in {{ new_tree }}; do make "$shared/$path"; done
