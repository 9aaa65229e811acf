# Fills shared data with what belongs there and is not there yet; what is there is never touched, but for
# files whose links in the live release somebody has replaced by newer ones.
#   A missing directory gets what the live release has in its place, so that uploads stay; hard links
#   serve where they can, so that a large directory costs neither time nor space.
#   On a first deploy over an old site it gets what that has there: copied, counted and compared, the
#   original untouched.
#   What the release ships there is added once: a file that was seen before and is gone was deleted.
# Everything is laid out in a place of its own, and moved when it is whole. For the undo it is listed
# as in a manifest, and so are new directories. What a run that was killed has put there before its
# release went live is taken back first: the application has gone on without it.
checksum={{ checksum }}
noise=
records={{ records }}
shared={{ shared }}
release={{ release_path }}
live={{ previous_path }}
staging=$records/seed.{{ release }}
seeded=$records/seeded.{{ release }}
made=$records/made.{{ release }}
seen=$records/seen.{{ release }}
live_manifest=$records/manifests/{{ previous_id }}.gz
record=$records/adopted/{{ previous_id }}.{{ release }}

# make DIR: makes a directory of shared data, with its parents.
make() {
  dir=$1
  while [ ! -d "$dir" ]; do
    printf '%s\n' "$dir"
    dir=$(dirname "$dir")
  done >>"$made"
  mkdir -p "$1"
}

# is_dir DIR PATH: tells whether the path is a directory there by itself, not behind a link.
is_dir() {
  case $2 in
    */*) is_dir "$1" "${2%/*}" || return 1 ;;
  esac
  [ -d "$1/$2" ] && [ ! -L "$1/$2" ]
}

# take PATH: lays out what the live release has there, and notes that these versions were taken.
take() {
  mkdir -p "$staging/$1" "$records/adopted"
  (cd "$live" && inventory "./$1") | versions | dated >>"$record"
  cp -RPlp "$live/$1/." "$staging/$1/" 2>/dev/null || {
    rm -rf "${staging:?}/$1"
    mkdir -p "$staging/$1"
    cp -RPp "$live/$1/." "$staging/$1/"
  }
  # What was shipped with it and is not there any more was deleted.
  [ ! -f "$live_manifest" ] || gzip -dc "$live_manifest" | cut -f 5- | below "./$1" >>"$seen"
}

# contents DIR: lists what is below it, with hashes.
contents() {
  (cd "$1" && find . -type f ! -path "*$newline*" | sums && find . -type l) | LC_ALL=C sort
}

# inherit PATH SOURCE: lays out what the old site has in SOURCE.
inherit() {
  [ ! -e "$shared/$1" ] && [ ! -e "$staging/$1" ] || return 0
  mkdir -p "$(dirname "$staging/$1")"
  if [ -d "$2" ]; then
    cp -RPp "$2" "$staging/$1"
    # An upload may have arrived meanwhile.
    contents "$2" >"$staging.old"
    contents "$staging/$1" >"$staging.copy"
    if ! cmp -s "$staging.old" "$staging.copy"; then
      echo "$2 changed while it was copied; nothing was taken from it: run the deploy again"
      exit 1
    fi
    echo "took $(find "$staging/$1" ! -type d | wc -l | tr -d ' ') files from $2 as shared/$1"
  else
    cp -p "$2" "$staging/$1"
    cmp "$2" "$staging/$1"
    echo "took $2 as shared/$1"
  fi
}

# below DIR: passes the paths below it.
below() { dir=$1 awk 'index($0, ENVIRON["dir"] "/") == 1'; }

# shipped: lists what the release ships in shared places.
shipped() {
  for path in {{ dirs }}; do
    if is_dir "$release" "$path"; then
      (cd "$release" && find "./$path" ! -type d ! -path "*$newline*")
    fi
  done
  for path in {{ files }}; do
    [ ! -f "$release/$path" ] || printf './%s\n' "$path"
  done
}

# unseen: passes the paths that no release has shipped before; a run that was killed has not added its
# list to the others.
unseen() { { cat "$records/seen" "$records/seen".[0-9]* && echo '=' && cat; } | awk '$0 == "=" { here = 1; next } !here { seen[$0]; next } !($0 in seen)'; }

# lacking: passes the paths that shared data does not have and has room for.
lacking() {
  while IFS= read -r path; do
    for place in "$shared" "$staging"; do
      up=$path
      while [ ! -e "$place/$up" ] && [ ! -L "$place/$up" ]; do up=${up%/*}; done
      if [ "$up" = "$path" ] || [ ! -d "$place/$up" ]; then continue 2; fi
    done
    printf '%s\n' "$path"
  done
}

for dead in "$records"/seeded.[0-9]* "$records"/made.[0-9]*; do
  dead=${dead##*.}
  case $dead in '[0-9]*' | {{ previous_id }}) continue ;; esac
  # Where its release went live, shared data has been in use since, whatever became of the run.
  [ -f "$records/live.$dead" ] || unshare "$dead" "$live"
done
rm -rf "$staging"
mkdir -p "$staging"
touch "$records/seen"
: >"$seen"
for path in {{ dirs }}; do
  if [ ! -e "$shared/$path" ] && [ -n "$live" ] && is_dir "$live" "$path"; then take "$path"; fi
done
for path in {{ files }}; do
  if [ ! -e "$shared/$path" ] && [ -n "$live" ] && [ -f "$live/$path" ] && [ ! -L "$live/$path" ]; then
    mkdir -p "$(dirname "$staging/$path")"
    cp -p "$live/$path" "$staging/$path"
  fi
  renew "$path"
done
{% for old in sources %}
inherit {{ old.path }} {{ old.source }}
{% endfor %}
shipped >"$staging.shipped"
unseen <"$staging.shipped" | lacking >"$staging.new"
if [ -s "$staging.new" ]; then
  # shellcheck disable=SC2016 # for the inner shell
  (cd "$release" && tr '\n' '\0' <"$staging.new" | xargs -0 sh -c 'tar -cf - "$@" | (cd "$0" && tar -xpf -)' "$staging")
  while IFS= read -r path; do
    if [ ! -e "$staging/$path" ] && [ ! -L "$staging/$path" ]; then
      echo "$release/$path could not be copied"
      exit 1
    fi
  done <"$staging.new"
fi
cat "$staging.shipped" >>"$seen"
(cd "$staging" && inventory .) >"$seeded"

for path in {{ dirs }}; do
  if [ ! -e "$shared/$path" ] && [ -d "$staging/$path" ]; then
    make "$(dirname "$shared/$path")"
    printf '%s\n' "$shared/$path" >>"$made"
    mv "$staging/$path" "$shared/$path"
  fi
  [ -d "$shared/$path" ] || make "$shared/$path"
done
(cd "$staging" && find . ! -type d) | while IFS= read -r path; do
  make "$(dirname "$shared/$path")"
  mv "$staging/$path" "$shared/$path"
done
for path in {{ tree }}; do [ -d "$shared/$path" ] || make "$shared/$path"; done
for path in {{ files }}; do
  if [ ! -f "$shared/$path" ]; then
    echo "neither the release nor $shared has $path"
    exit 1
  fi
done
rm -rf "$staging" "$staging.shipped" "$staging.new" "$staging.old" "$staging.copy"
