# Makes the release in a directory of its own: what the live release still has of the files it was shipped
# with is copied, the rest is unpacked from the input; then every file is compared with the manifest.
#
# Input: the lines `HOW START` and `KILOBYTES INODES`, then an archive, compressed.
#   HOW    all    everything arrives
#          delta  what differs from the live release as it was shipped, with its manifest's new lines
#          more   what was found wrong before
#   START  new    the archive begins
#          again  it goes on where the connection was cut
# Output: @kept BYTES  what is here of the archive
#         @wrong PATH  what is not as it should be
#         @manifest    the checksum of the whole manifest, as this host has put it together
checksum={{ checksum }}
noise=
records={{ records }}
partial={{ partial }}
base={{ base }} # empty: nothing is taken from another release
manifest=$records/shipped/{{ base_id }}.gz
work=$records/upload.{{ release }}
umask 022
read -r how start

# What an earlier connection of this run has left at work here would write into the same files.
if [ "$start" = again ] && { read -r group machine <"$records/uploading"; } 2>/dev/null; then
  [ "$machine" != "$(uname -n)" ] || kill -s KILL -- "-$group" 2>/dev/null || :
  tries=50
  while [ "$machine" = "$(uname -n)" ] && [ "$tries" -gt 0 ] && kill -s 0 -- "-$group" 2>/dev/null; do
    sleep 0.1 2>/dev/null || sleep 1
    tries=$((tries - 1))
  done
fi
if [ "$start" = new ] && [ "$how" != more ]; then
  # What runs that died have left.
  rm -rf "$records"/upload.[0-9]*
  grep -qxF {{ release }} "$records/releases" 2>/dev/null || echo {{ release }} >>"$records/releases"
fi
mkdir -p "$work"
# Should the connection freeze, the session ends this by its process group.
printf '%s %s\n' "$$" "$(uname -n)" >"$records/uploading"
taking=
# Nothing is written any more when the undo begins.
trap '[ -z "$taking" ] || wait "$taking" || :; rm -f "$records/uploading"' EXIT
trap 'exit 143' TERM HUP INT PIPE
[ "$start" = again ] || : >"$work/archive"
echo # the last thing that the login shell printed may have no line end
echo "@kept $(($(wc -c <"$work/archive")))"

# free OPTION: what the file system still has, if it tells.
free() { df "-P$1" "$records" 2>/dev/null | awk 'NR > 1 && $4 ~ /^[0-9]+$/ { print $4; exit }'; }

# enough WANTED FREE WHAT: fails when there is not room for so much.
enough() {
  if [ -n "$2" ] && [ "$2" -gt 0 ] && [ "$2" -lt "$1" ]; then
    echo "there is no room for the release: it needs $1 $3, $2 are free" >&2
    exit 1
  fi
}

# take: copies what is still there of what was shipped. Neither what the application wrote is taken along,
# nor anything behind a link. What is not as it was shipped is found later.
take() {
  cd "$base"
  {
    gzip -dc "$manifest"
    echo '='
    find . -type f ! -path "*$newline*"
  } | awk '
    BEGIN { FS = "\t" }
    $0 == "=" { here = 1; next }
    here { if ($0 in shipped) print; next }
    $1 == "f" || $1 == "x" { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1); shipped[path] }
  ' >"$work/list"
  {% if hardlink %}
  tie
  {% endif %}
  # Each part is hashed while the next one is copied.
  {
    cat "$work/linked"
    # shellcheck disable=SC2016 # for the inner shell
    tr '\n' '\0' <"$work/list" | xargs -0 -r sh -c '
      tar -cf - "$@" | (cd "$0" && tar -xpf - -o)
      printf "%s\n" "$@"
    ' "$partial"
  } | (cd "$partial" && sums) >"$work/sums"
}
{% if hardlink %}

# tie: makes hard links of what composer has installed, as far as it is as it was shipped, and takes that
# off the list. Both releases have the same file then: what writes into one in place changes the other, too.
# Nothing else is linked, for the application's own files are what in-app updaters write.
tie() {
  {
    gzip -dc "$manifest"
    echo '='
    inventory ./vendor
    echo '='
    find ./vendor -type f -perm 644
    echo '='
    find ./vendor -type f -perm 755
    echo '='
    cat "$work/list"
  } | awk '
    BEGIN { FS = "\t"; perm[2] = "f"; perm[3] = "x" }
    $0 == "=" { part++; next }
    part < 2 { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    part == 0 { kind[path] = $1; state[path] = $2 FS $3; next }
    part == 1 { if ($1 == "f" && state[path] == $2 FS $3) same[path]; next }
    part < 4 { if (kind[$0] == perm[part]) fits[$0]; next }
    ($0 in same) && ($0 in fits)
  ' >"$work/linked"
  # shellcheck disable=SC2016 # for the inner shell
  tr '\n' '\0' <"$work/linked" | xargs -0 -r sh -c 'cp -lP --parents -- "$@" "$0"' "$partial" || :
  # What could not be linked is copied.
  (cd "$partial" && find . -type f) >"$work/there"
  { cat "$work/there" && echo '=' && cat "$work/list"; } |
    awk '$0 == "=" { rest = 1; next } !rest { there[$0]; next } !($0 in there)' >"$work/copy"
  mv "$work/there" "$work/linked"
  mv "$work/copy" "$work/list"
}
{% endif %}

# unpack: passes what has arrived to tar. It may stop at the end of the archive before its padding.
unpack() { { {{ decompress | raw }} && cat >/dev/null; } | { tar -xpf - -o "$@" && cat >/dev/null; }; }

# each COMMAND...: runs it on the paths of the input.
each() { tr '\n' '\0' | xargs -0 -r "$@"; }

# folders: lists the directories that the manifest has.
folders() { sed -n "s|^d${tab}-${tab}-${tab}-${tab}||p" "$work/manifest"; }

# new: lists what arrived of the manifest, as KIND PATH. A path with a dash goes, one with an equals sign
# stays and travels all the same.
new() { sed "s|${tab}[^$tab]*${tab}[^$tab]*${tab}[^$tab]*$tab|$tab|" "$work/.deployer-manifest"; }

# of KINDS: passes the paths of these kinds.
of() { sed -n "s|^[$1]${tab}||p"; }

# whole: makes the manifest from that of the live release and the lines that arrived.
whole() {
  {
    [ "$how" = all ] || gzip -dc "$manifest"
    cat "$work/.deployer-manifest"
  } | awk '
    BEGIN { FS = "\t" }
    { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    $1 == "=" { next }
    $1 == "-" { delete line[path]; next }
    { line[path] = $0 }
    END { for (path in line) print line[path] }
  ' | LC_ALL=C sort -t "$tab" -k 5 >"$work/manifest"
}

# surplus: tells what is here and not in the manifest, or of another kind there.
surplus() {
  {
    cat "$work/manifest"
    echo '='
    find . ! -name . -type d | sed "s|^|d$tab|"
    find . -type l | sed "s|^|l$tab|"
    find . ! -type d ! -type l | sed "s|^|f$tab|"
  } | awk '
    BEGIN { FS = "\t" }
    $0 == "=" { here = 1; next }
    !here { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1); kind[path] = $1 == "x" ? "f" : $1; next }
    { path = substr($0, 3) }
    kind[path] != $1 { print path }
  '
}

# unhashed: lists the files that were not copied as they are now: those that arrived, and those that were
# not there to be copied.
unhashed() {
  {
    cat "$work/sums"
    echo '='
    [ "$how" != delta ] || new | of fx=
    echo '='
    sed -n "s|^[fx]${tab}[^$tab]*${tab}[^$tab]*${tab}[^$tab]*$tab||p" "$work/manifest"
  } | awk '
    $0 == "=" { part++; next }
    part == 0 { hashed[substr($0, index($0, " ") + 2)]; next }
    part == 1 { delete hashed[$0]; next }
    !($0 in hashed)
  '
}

# digests: passes paths to the tool for checksums. It prints a name with a backslash in another spelling.
digests() {
  cat >"$work/list"
  grep -v '[\\]' "$work/list" | sums
  grep '[\\]' "$work/list" | while IFS= read -r path; do
    sum=$(eval "$checksum" <"$path") || continue
    sum=${sum##*= }
    printf '%s  %s\n' "${sum%% *}" "$path"
  done
}

# here: lists what is here: KIND SIZE MTIME MODE PATH, for a link its target instead of a mode.
here() {
  # shellcheck disable=SC2154 # see inventory.sh
  find . -type f ! -path "*$newline*" -exec stat "$ask" "f$tab$size$tab$mtime$tab$mode$tab$name" {} +
  find . ! -name . -type d -exec stat "$ask" "d$tab-$tab-$tab$mode$tab$name" {} +
  inventory . links
}

# wrong: tells which paths are not as the manifest has them. Modes are put right; not those of files that
# are linked, for they are another release's as well.
wrong() {
  {
    cat "$work/manifest"
    echo '='
    cat "$work/linked"
    echo '='
    here
    echo '='
    cat "$work/sums"
  } | work=$work awk '
    BEGIN { FS = "\t"; fits["f"] = "644"; fits["x"] = fits["d"] = "755" }
    $0 == "=" { part++; next }
    part == 1 { linked[$0]; next }
    part == 3 { hashed[substr($0, index($0, " ") + 2)] = substr($0, 1, index($0, " ") - 1); next }
    { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    part == 0 { kind[path] = $1; state[path] = ($1 == "x" ? "f" : $1) FS $2 FS $3; sum[path] = $4; next }
    state[path] != $1 FS $2 FS $3 || ($1 == "l" && sum[path] != $4) { print path; next }
    { right[path] }
    $1 != "l" && $4 != fits[kind[path]] && !(path in linked) { print path >(ENVIRON["work"] "/" fits[kind[path]]) }
    END {
      for (path in state) {
        if (!(path in right) || (kind[path] ~ /^[fx]/ && hashed[path] != sum[path])) print path
      }
    }
  ' | LC_ALL=C sort -u
}

kilobytes=$(free k)
inodes=$(free i)
if [ "$how" != more ]; then
  rm -rf "$partial"
  mkdir -m 0755 "$partial"
  : >"$work/linked"
  : >"$work/sums"
fi
if [ "$how" = delta ]; then
  # What it cannot copy is missing, and is told as such.
  take >/dev/null 2>&1 &
  taking=$!
fi
read -r need_kilobytes need_inodes
{% if hardlink %}
# What is linked takes no room.
[ "$how" != delta ] || { need_kilobytes=0 && need_inodes=0; }
{% endif %}
if [ "$how" != more ]; then
  enough "$need_kilobytes" "$kilobytes" "kB"
  enough "$need_inodes" "$inodes" "inodes"
fi
cd "$partial"
if [ "$how" = all ]; then
  { cat "$work/archive" && tee -a "$work/archive"; } | unpack
  mv .deployer-manifest "$work/"
else
  cat >>"$work/archive"
  if [ -n "$taking" ]; then
    wait "$taking" || :
    taking=
    (cd "$work" && unpack .deployer-manifest <"$work/archive")
  fi
fi
if [ "$how" = more ]; then
  : >"$work/sums"
  surplus | each rm -rf
else
  whole
fi
if [ "$how" = delta ]; then
  # A directory needs its place where a file was, and so does whatever arrives. Directories come first: to
  # look for something below a file is an error for some.
  # shellcheck disable=SC2016 # for the inner shell
  new | of d | each sh -c 'for path; do [ -d "$path" ] || rm -f "$path"; done' sh
  new | of fxl=- | each rm -rf
fi
folders | each mkdir -p
[ "$how" = all ] || unpack <"$work/archive"
rm -f .deployer-manifest
unhashed | digests >>"$work/sums"
: >"$work/644"
: >"$work/755"
wrong >"$work/wrong"
each chmod 644 <"$work/644"
each chmod 755 <"$work/755"
sed 's|^|@wrong |' "$work/wrong"
echo "@manifest $({{ checksum | raw }} <"$work/manifest")"
