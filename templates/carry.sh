# Takes what the host keeps in the directory that it serves along into the release: its settings of
# PHP, its own blocks of .htaccess, and .well-known. Panels write through the link into the live
# release, so what is served now is the newest. For the undo, what is changed in the release is kept.
served={{ public_html }}
public={{ carry_into }}
live={{ live_record }} # which of these files the live release shipped itself; empty: it is not served
record={{ release_path }}/.deployer-shipped
kept={{ records }}/carried.{{ release }}

[ -d "$public" ] || { echo "there is no $public for the web server to serve"; exit 1; }
{% if fresh %}
for name in .user.ini php.ini; do
  if [ -e "$public/$name" ] || [ -L "$public/$name" ]; then printf '%s\n' "$name"; fi
done >"$record"
{% endif %}
[ -d "$served" ] || exit 0
[ "$(cd "$served" && pwd -P)" != "$(cd "$public" && pwd -P)" ] || exit 0
mkdir -p "$kept"

lists() { [ -f "$1" ] && grep -qxF -e "$2" "$1"; }

# Tells whether the release has the file of its own. A release from before there was a record has.
ships() {
  [ -L "$public/$1" ] || { [ -e "$public/$1" ] && { [ ! -f "$record" ] || lists "$record" "$1"; }; }
}

# replace NAME FILE: puts a copy of the file into the release, in one step, if it is another one.
replace() {
  [ ! -f "$public/$1" ] || [ "$(cat "$public/$1")" != "$(cat "$2")" ] || return 0
  if [ -e "$public/$1" ]; then
    cp -p "$public/$1" "$kept/copy"
    mv -f "$kept/copy" "$kept/$1"
  fi
  printf '%s\n' "$1" >>"$kept/changed"
  cp -p "$2" "$public/$1.deployer"
  mv -f "$public/$1.deployer" "$public/$1"
}

for name in .user.ini php.ini; do
  if [ -f "$served/$name" ] && ! lists "$live" "$name" && ! ships "$name"; then
    replace "$name" "$served/$name"
  fi
done

# blocks WANTED: prints the host's blocks of an .htaccess, or (with WANTED=0) all that is around them:
# the lines from a comment with BEGIN to one with END that names a panel or forbids changes. Blocks
# that WordPress and its plugins write are the site's.
blocks() {
  awk -v wanted="$1" '
    function begins(line) {
      line = tolower(line)
      return line ~ /(cpanel|cloudlinux|plesk|directadmin|hostinger|litespeed|do not (edit|remove|modify))/ &&
        line !~ /(wordpress|[^a-z]wp[^a-z])/
    }
    !inside && /^[ \t]*#.*(^|[^A-Za-z])BEGIN([^A-Za-z]|$)/ && begins($0) { inside = 1; text = "" }
    inside {
      text = text $0 "\n"
      if ($0 ~ /^[ \t]*#.*(^|[^A-Za-z])END([^A-Za-z]|$)/) {
        if (wanted) printf "%s", text
        inside = 0
      }
      next
    }
    !wanted
    # One without an end is no block.
    END { if (inside && !wanted) printf "%s", text }
  '
}

if [ -f "$served/.htaccess" ] && [ ! -L "$public/.htaccess" ]; then
  blocks 1 <"$served/.htaccess" >"$kept/blocks"
  if [ -s "$kept/blocks" ]; then
    own=/dev/null
    [ ! -e "$public/.htaccess" ] || own=$public/.htaccess
    {
      blocks 0 <"$own"
      cat "$kept/blocks"
    } >"$kept/htaccess"
    chmod 0644 "$kept/htaccess"
    replace .htaccess "$kept/htaccess"
  fi
fi

{% if not exchanged %}
# What a certificate authority or a panel looks for there stays to be found; nothing is overwritten.
from=$served/.well-known
to=$public/.well-known
place() { (cd "$1" 2>/dev/null && pwd -P) || :; }
if [ -d "$from" ] && [ "$(place "$from")" != "$(place "$to")" ]; then
  (cd "$from" && find . -type d) | while IFS= read -r dir; do
    dir=${dir#.}
    if [ ! -d "$to$dir" ]; then
      printf '%s\n' "$dir" >>"$kept/made"
      mkdir -m 0755 "$to$dir"
    fi
  done
  (cd "$from" && find . -type f) | while IFS= read -r file; do
    file=${file#.}
    if [ ! -e "$to$file" ] && [ ! -L "$to$file" ]; then
      cp -p "$from$file" "$to$file"
      printf '%s\n%s\n' "$file" "$({{ checksum | raw }} <"$to$file")" >>"$kept/copied"
    fi
  done
fi
{% endif %}
