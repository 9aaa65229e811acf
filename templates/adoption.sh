# Function: what the application wrote into one release is carried to another, or kept in an archive.
# Needs the functions of survey.sh.
checksum={{ checksum }}
noise={{ noise }}
records={{ records }}
releases={{ releases }}
backups={{ backups }}
release={{ release }}
policy={{ stray }}              # adopt, keep or fail: what becomes of stray files
shared_paths={{ shared_paths }} # one a line

# adopt FROM DIR TO NEWER: takes care of all that the release FROM, which is in DIR, holds beyond what
# was shipped.
#   A stray file is carried to the release TO, to its own place (through TO's links it gets into shared
#   data). Edited files, and stray ones whose place is taken, are kept in an archive in backups.
#   NEWER tells whose version of a file is the application's last: `from` before a switch from FROM to
#   TO, `to` after it. Nothing is replaced but a version that was carried, or is kept in an archive.
# What was taken care of is recorded in adopted/FROM.TO with size and time (see `dated`): a later change
# is new. The records that `also` names (paths of digits, dots and slashes) count, too. With another policy than
# `adopt`, stray files are left, and their paths are in `left`.
adopt() {
  from=$1 source=$2 to=$3 newer=$4
  left=
  target=$releases/$to
  record=$records/adopted/$from.$to
  work=$records/adopting
  began=$(date +%s)
  [ -f "$records/manifests/$from.gz" ] || return 0
  rm -rf "$work"
  mkdir -p "$work" "$records/adopted"
  touch "$record"
  cp "$record" "$work/carried"
  # What FROM got from TO and did not change is nothing new to TO.
  [ ! -f "$records/adopted/$to.$from" ] || cat "$records/adopted/$to.$from" >>"$work/carried"
  # shellcheck disable=SC2086 # several paths
  cat "$work/carried" ${also:-} >"$work/known"
  survey "$source" "$records/manifests/$from.gz" >"$work/found"
  open_ones <"$work/found" >"$work/open"
  [ "$policy" = adopt ] || leave
  if [ -s "$work/open" ]; then
    decide
    keep "$source" "$work/save" drift
    keep "$target" "$work/save-there" replaced
    carry
    replace
    remember
  fi
  [ "$policy" != adopt ] || carry_odd
  [ -s "$record" ] || rm -f "$record"
  rm -rf "$work"
}

# open_ones: passes what no record knows. A stray file of which another version is recorded is `again`.
open_ones() {
  { cat "$work/known" && echo '=' && cat; } | awk '
    BEGIN { FS = OFS = "\t" }
    function after(count,  i, rest) {
      rest = $0
      for (i = 0; i < count; i++) rest = substr(rest, index(rest, FS) + 1)
      return rest
    }
    $0 == "=" { here = 1; next }
    !here { path = after(2); known[$1, $2, path]; any[path]; next }
    { path = after(3) }
    $1 == "gone" || ($2, $3, path) in known { next }
    { print ($1 == "stray" && path in any) ? "again" : $1, $2, $3, path }
  '
}

# leave: takes stray files out of what is open.
leave() {
  left=$(grep -v "^edited$tab" "$work/open" | cut -f 4-) || left=
  grep "^edited$tab" "$work/open" >"$work/edited" || :
  mv "$work/edited" "$work/open"
}

# state: prints TYPE SIZE MTIME PATH of the paths of the input that are there.
state() { tr '\n' '\0' | xargs -0 stat "$ask" "$type$tab$size$tab$mtime$tab$name" -- 2>/dev/null || :; }

# there: passes the paths that are there.
there() { while IFS= read -r path; do if [ -e "$path" ] || [ -L "$path" ]; then printf '%s\n' "$path"; fi; done; }

# decide: sorts what is open into the lists carry, replace, save, save-there and same.
decide() {
  for list in carry replace save save-there same; do : >"$work/$list"; done
  cut -f 4- "$work/open" >"$work/paths"
  (cd "$target" && state <"$work/paths") >"$work/there"
  parents <"$work/paths" | blocked >"$work/blocked"
  {
    cat "$work/carried" && echo '=' && cat "$work/blocked" && echo '=' && cat "$work/there" && echo '=' && cat "$work/open"
  } | recent=$(($(date +%s) - 3)) awk '
    BEGIN { FS = OFS = "\t"; part = 0 }
    function after(count,  i, rest) {
      rest = $0
      for (i = 0; i < count; i++) rest = substr(rest, index(rest, FS) + 1)
      return rest
    }
    $0 == "=" { part++; next }
    part == 0 && sub(/\t~/, "\t") { young[$1, $2, after(2)]; next }
    part == 0 { carried[$1, $2, after(2)]; next }
    part == 1 { blocked[$0]; next }
    part == 2 { path = after(3); is[path]; file[path] = $1 ~ /^[Rr]egular/; size[path] = $2; time[path] = $3; next }
    { path = after(3); parent = path; sub(/\/[^\/]*$/, "", parent) }
    $1 == "edited" { print "save", path; next }
    !(path in is) { print ($1 == "again" || parent in blocked) ? "save" : "carry", path; next }
    # A file that was written this very moment may be another one of the same size and time.
    file[path] && size[path] == $2 && time[path] == $3 && $3 < ENVIRON["recent"] { print "same", path; next }
    file[path] && (size[path], time[path], path) in carried { print "replace", path; next }
    file[path] && (size[path], time[path], path) in young { print "compare-young", path; next }
    { print "compare", path }
  ' >"$work/decisions"
  while IFS="$tab" read -r decision path; do
    case $decision in
      compare*) decision=$(compared) ;;
      save) ! is_there || decision=same ;;
    esac
    if [ "$decision" = replace-new ]; then
      printf '%s\n' "$path" >>"$work/save-there"
      decision=replace
    fi
    printf '%s\n' "$path" >>"$work/$decision"
  done <"$work/decisions"
}

# compared: decides about a file whose place is taken by something else than a version of its own, or
# may be.
compared() {
  if is_same; then
    echo same
  elif [ -L "$target/$path" ] && grep -F -x -q -e "l$tab$(readlink "$target/$path")$tab$path" "$work/carried"; then
    echo replace
  # The version that was carried is older than what is here, if nobody has written over it.
  elif [ "$decision" = compare-young ] &&
    { [ -L "$source/$path" ] || [ -n "$(find "$source/$path" -prune -newer "$target/$path")" ]; }; then
    echo replace-new
  # What is in shared data stays, and so does what TO was shipped with.
  elif [ -d "$target/$path" ] || [ "$newer" = to ] || is_shared "${path#./}" || is_shipped; then
    echo save
  else
    echo replace-new
  fi
}

is_same() {
  if [ -L "$source/$path" ] || [ -L "$target/$path" ]; then
    [ -L "$source/$path" ] && [ -L "$target/$path" ] && [ "$(readlink "$source/$path")" = "$(readlink "$target/$path")" ]
  else
    cmp -s "$source/$path" "$target/$path"
  fi
}

# is_there: tells whether TO has what was edited: shipped in the meantime, or as a shared file.
is_there() {
  is_same || { [ ! -L "$source/$path" ] && is_shared "${path#./}" && cmp -s "$source/$path" "$target/$path"; }
}

# is_shared PATH: tells whether it is, or is below, a shared path.
is_shared() {
  case $newline$shared_paths$newline in
    *"$newline$1$newline"*) return 0 ;;
  esac
  case $1 in
    */*) is_shared "${1%/*}" ;;
    *) return 1 ;;
  esac
}

is_shipped() {
  [ ! -f "$records/manifests/$to.gz" ] || gzip -dc "$records/manifests/$to.gz" | cut -f 5- | grep -F -x -q -e "$path"
}

# parents: prints the directories of the paths of the input, each once.
parents() { sed 's|/[^/]*$||' | LC_ALL=C sort -u; }

# blocked: passes the directories that TO cannot have, for something else is in the way.
blocked() {
  while IFS= read -r dir; do
    up=$dir
    while [ ! -e "$target/$up" ] && [ ! -L "$target/$up" ]; do up=${up%/*}; done
    [ -d "$target/$up" ] || printf '%s\n' "$dir"
  done
}

# copy FROM TO: copies the files that the input lists, with their modes and times.
copy() {
  (
    cd "$1"
    # shellcheck disable=SC2016 # for the inner shell
    tr '\n' '\0' | xargs -0 sh -c 'tar -cf - "$@" | (cd "$0" && tar -xpf -)' "$2"
  )
}

# keep DIR LIST KIND: puts the files of the list, below DIR, into an archive.
keep() {
  (cd "$1" && there <"$2") >"$work/kept"
  [ -s "$work/kept" ] || return 0
  mkdir "$work/$3"
  copy "$1" "$work/$3" <"$work/kept"
  [ "$(files "$work/$3")" -eq "$(wc -l <"$work/kept")" ]
  archive "$1" "$3"
}

# files DIR: counts the files below it, also those whose names hold line breaks.
files() { find "$1" ! -type d -exec sh -c 'for file; do echo; done' sh {} + | wc -l; }

# archive DIR KIND: makes an archive of what of DIR was laid out for it, and reads it to its end.
archive() {
  archive=$backups/$2-$release.tar.gz
  number=1
  while [ -e "$archive" ]; do
    number=$((number + 1))
    archive=$backups/$2-$release-$number.tar.gz
  done
  count=$(files "$work/$2")
  (umask 077 && tar -cf - -C "$work/$2" . | gzip -c >"$archive.partial")
  # Not every tar spells a line break in a name: what follows it does not begin at the top.
  [ "$(gzip -dc "$archive.partial" | tar -tf - | grep -c '^\./.*[^/]$')" -eq "$count" ]
  # Of what stays where it is when the run is taken back, the copies go.
  [ "$newer$2" != fromdrift ] || printf '%s\n' "$archive" >>"$records/archives.$release"
  mv "$archive.partial" "$archive"
  rm -rf "${work:?}/$2"
  echo "$((count)) changed files of releases/${1##*/} are kept in $archive"
}

# carry: copies the files of the list to TO, with their directories' modes.
carry() {
  (cd "$source" && there <"$work/carry") >"$work/kept"
  [ -s "$work/kept" ] || return 0
  parents <"$work/kept" | while IFS= read -r dir; do make "$dir"; done
  copy "$source" "$target" <"$work/kept" || :
  (cd "$target" && state <"$work/kept") >"$work/arrived"
  # What was removed meanwhile need not arrive.
  {
    cut -f 4- "$work/arrived" && echo '=' && cat "$work/kept"
  } | awk '$0 == "=" { here = 1; next } !here { is[$0]; next } !($0 in is)' | (cd "$source" && there) >"$work/lost"
  if [ -s "$work/lost" ]; then
    echo "these could not be carried to releases/$to:"
    head -n 20 "$work/lost"
    return 1
  fi
  grep -v '^[Ss]ymbolic' "$work/arrived" | cut -f 2- | dated >>"$record" || :
  sed 's|^\./|carried |' "$work/kept" | head -n 20
}

# make DIR: makes a directory of TO as FROM has it.
make() {
  [ ! -d "$target/$1" ] || return 0
  case $1 in */*) make "${1%/*}" ;; esac
  mkdir "$target/$1"
  chmod "$(stat "$ask" "$mode" "$source/$1")" "$target/$1"
  chown "$(stat "$ask" "$owner" "$source/$1")" "$target/$1" 2>/dev/null || :
}

# replace: puts newer versions in the place of older ones, each at once.
replace() {
  while IFS= read -r path; do
    [ -e "$source/$path" ] || [ -L "$source/$path" ] || continue
    cp -pRP "$source/$path" "$target/$path.$release"
    # Into a directory that a link leads to, it would be moved.
    [ ! -d "$target/$path" ] || rm -f "$target/$path"
    mv -f "$target/$path.$release" "$target/$path"
    printf '%s\n' "$path" | (cd "$target" && state) | grep -v '^[Ss]ymbolic' | cut -f 2- | dated >>"$record"
    echo "carried ${path#./}"
  done <"$work/replace"
}

# remember: records what was found, in the versions that were found. What was copied is recorded as it
# arrived: should it have changed meanwhile, it is open again.
remember() {
  {
    cat "$work/carry" "$work/replace" && echo '=' && cut -f 2- "$work/open"
  } | awk '
    BEGIN { FS = "\t" }
    $0 == "=" { here = 1; next }
    !here { copied[$0]; next }
    { path = substr($0, index($0, FS) + 1); path = substr(path, index(path, FS) + 1) }
    !(path in copied) || $1 == "l"
  ' | dated >>"$record"
}

# carry_odd: does the same for files whose paths hold line breaks, one by one: no list can hold them.
# In the record each line break is another character.
carry_odd() {
  export target work newer ask size mtime tab newline
  # shellcheck disable=SC2016 # for the inner shell
  (cd "$source" && find . ! -type d -path "*$newline*" -exec sh -c '
    set -e
    version() {
      if [ -L "$1/$path" ]; then printf "l$tab$2%s$tab" "$(readlink "$1/$path" | tr "\t\n" "  ")"
      else stat "$ask" "$size$tab$2$mtime$tab" "$1/$path" | tr -d "\n"; fi
      printf "%s" "$path" | tr "\n" "\001"
    }
    is_in() { grep -F -x -q -e "$(version "$2" "$3")" "$work/$1"; }
    same() {
      if [ -L "$1" ] || [ -L "$2" ]; then [ "$(readlink "$1")" = "$(readlink "$2")" ]; else cmp -s "$1" "$2"; fi
    }
    was_carried() { grep -F -q -e "$tab$(printf "%s" "$path" | tr "\n" "\001")" "$work/known"; }
    put() { mkdir -p "$2/${path%/*}" && cp -pRP "$1/$path" "$2/$path"; }
    for path; do
      [ -e "$path" ] || [ -L "$path" ] || continue
      ! is_in known . "" || continue
      version=$(version . "")
      there=$target/$path
      if [ ! -e "$there" ] && [ ! -L "$there" ]; then
        # What was carried before and is not there any more was removed.
        was_carried || put . "$target" 2>/dev/null || put . "$work/drift"
        ! was_carried || put . "$work/drift"
      elif ! same "$path" "$there"; then
        if [ -d "$there" ]; then
          put . "$work/drift"
        elif [ "$newer" = from ] || is_in carried "$target" "" ||
          { is_in carried "$target" "~" && [ -n "$(find "$path" -prune -newer "$there")" ]; }; then
          put "$target" "$work/replaced"
          cp -pRP "$path" "$there.new"
          mv -f "$there.new" "$there"
        else
          put . "$work/drift"
        fi
      fi
      printf "%s\n" "$version"
    done' sh {} +) >"$work/odd"
  dated <"$work/odd" >>"$record"
  [ ! -d "$work/drift" ] || archive "$source" drift
  [ ! -d "$work/replaced" ] || archive "$target" replaced
}
