# Fills a directory: with a copy that is kept from an earlier build, where its lock file, the programs
# and the command were the same, else by the command. Nothing in a build can write into what is kept:
# it is copied out and in, and a copy is compared with the checksum of what was kept.
directory={{ directory }}
kept={{ kept }}
sum() { {{ checksum | raw }} | cut -d ' ' -f 1; }

# Prints a digest of a tree: names, contents, links, and what can be executed.
digest() {
  (
    cd "$1" || exit 1
    LC_ALL=C
    export LC_ALL
    {
      find . -type f -exec cksum {} +
      find . -type l -exec sh -c 'for link; do printf "%s -> " "$link"; readlink "$link"; done' sh {} +
      find . -type f -perm -100
    } | sort
  ) | sum
}

# Copies a tree as it is, without a second place on the disk where the file system can do that.
copy() {
  if cp --reflink=auto --version >/dev/null 2>&1; then
    cp --reflink=auto -RPp "$1" "$2"
  else
    cp -RPp "$1" "$2"
  fi
}

made() (
{{ run | raw }}
)

# Everything that decides what the command makes.
key=$({
  for word in {{ versions }}; do printf '%s\n' "$word"; done
  printf '%s\n' {{ run }}
  for file in {{ files }}; do
    [ ! -f "$file" ] || { printf '%s\n' "$file" && cat "$file"; }
  done
  for source in {{ directories }}; do
    printf '%s ' "$source"
    digest "$source"
  done
} | sum)
copy=$kept/$key
short=$(printf '%.12s' "$key")

use() {
  [ -f "$copy/digest" ] && read -r digest <"$copy/digest" || return 1
  echo "$directory: hit, a copy is kept for this lock file ($short)"
  if copy "$copy/tree" "$directory.partial" && [ "$(digest "$directory.partial")" = "$digest" ]; then
    mv "$directory.partial" "$directory"
    touch "$copy"
    return 0
  fi
  echo "$directory: the copy is broken and goes"
  rm -rf "$directory.partial" "$copy"
  return 1
}

# Under a name of its own until it is whole: what a killed run leaves is never taken for a copy.
keep() {
  partial=$kept/$key.$$.partial
  if mkdir -p "$partial" && copy "$directory" "$partial/tree" && digest "$partial/tree" >"$partial/digest" &&
    [ "$(digest "$directory")" = "$(cat "$partial/digest")" ]; then
    [ -d "$copy" ] || mv "$partial" "$copy"
    echo "$directory: a copy is kept ($short)"
  else
    echo "$directory: no copy could be kept"
  fi
  rm -rf "$partial"
  # The last three stay, and nothing of a run that died a day ago.
  find "$kept/." ! -name . -prune -name '*.partial' -mtime +0 -exec rm -rf {} +
  # shellcheck disable=SC2012 # the names are checksums
  ls -t "$kept" | sed '/\.partial$/d' | tail -n +4 | while read -r old; do rm -rf "${kept:?}/$old"; done
}

if [ -e "$directory" ]; then
  echo "$directory: it is in the release already, no copy is used"
  made
  exit 0
fi
if use; then exit 0; fi
echo "$directory: miss, no copy is kept for this lock file ($short)"
made
if [ -d "$directory" ]; then keep; fi
