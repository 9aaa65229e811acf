# Functions: what is in a release, as a manifest has it: a line for each path, its fields parted by tabs.
#   f SIZE MTIME SHA256 PATH     l - - TARGET PATH     d - - - PATH
# An executable file has an x for the f; what a step on the host made has a - for the hash.
tab=$(printf '\t')
newline=$(printf '\nx')
newline=${newline%x}

# How stat is asked: GNU and BusyBox in one way, BSD in another.
# shellcheck disable=SC2034 # not every script asks for everything
if stat -c %s . >/dev/null 2>&1; then
  ask=-c size=%s mtime=%Y name=%n type=%F mode=%a owner=%u:%g
else
  ask=-f size=%z mtime=%m name=%N type=%HT mode=%Lp owner=%u:%g
fi

# inventory [DIR [links]]: lists what is below a directory (the current one) as a manifest does, without
# hashes; of all that only the links, when asked so.
# A path with a line break cannot stand in it; see `carry_odd`.
# shellcheck disable=SC2120 # not every script names a directory
inventory() {
  [ "${2:-}" = links ] || find "${1:-.}" -type f ! -path "*$newline*" -exec stat "$ask" "f$tab$size$tab$mtime$tab-$tab$name" {} +
  find "${1:-.}" -type l ! -path "*$newline*" | while IFS= read -r link; do
    holds=$(readlink "$link")
    case $holds in *"$tab"* | *"$newline"*) holds=$(printf '%s' "$holds" | tr '\t\n' '  ') ;; esac
    printf 'l\t-\t-\t%s\t%s\n' "$holds" "$link"
  done
}

# versions: of an inventory, prints what tells one version of a path from another: SIZE MTIME PATH, for
# a link `l TARGET PATH`.
# shellcheck disable=SC2317 # not every script needs it
versions() {
  awk '
    BEGIN { FS = OFS = "\t" }
    { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    $1 == "l" { print "l", $4, path; next }
    { print $2, $3, path }
  '
}

# dated: marks versions (SIZE MTIME PATH) so young, ~MTIME, that another one can have the same size and
# time. `began` is when they were listed.
began=$(date +%s)
# shellcheck disable=SC2317 # not every script needs it
dated() { awk -v young=$((began - 3)) 'BEGIN { FS = OFS = "\t" } $1 != "l" && $2 >= young { sub(/\t/, "\t~") } { print }'; }
