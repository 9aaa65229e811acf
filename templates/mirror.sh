# Copies the files of the release that are no PHP to where the web server finds them: it follows no
# links. Files with new names are put there now, so that no page misses them after the switch; what
# must be exchanged waits for it in a directory of its own.
public={{ release_public }}
staging={{ staging }}
records={{ records }}
list=$records/mirror.{{ release }} # PATH//CHECKSUM, a line each

[ -d "$public" ] || { echo "there is no $public for the web server to serve"; exit 1; }
umask 022
rm -rf "$staging" "$list" # from a run that died
mkdir "$staging"

sum_of() { {{ checksum | raw }} <"$1"; }

{% if exchanged %}
public_html={{ public_html }}
created=$records/created.{{ release }}
made=$records/placed.{{ release }}

# directory PATH: makes the directory of a file in what is served, and lists what it makes.
directory() {
  dir=$(dirname "$1")
  while [ ! -d "$dir" ]; do
    printf '%s\n' "$dir"
    dir=$(dirname "$dir")
  done >>"$made"
  mkdir -p "$(dirname "$1")"
}
{% endif %}

# Neither scripts nor hidden files, but for those that are meant to be seen from outside; nor pages of a
# proof that a run left which died.
(cd "$public" && find . ! -name . -name '.*' ! -name .well-known ! -name .user.ini -prune -o \
  -type f ! -name '*.php' ! -name '*.php[0-9]' ! -name '*.phtml' ! -name '*.phar' \
  ! -name 'deployer-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-????????????????.txt' -print) | while IFS= read -r path; do
  path=${path#./}
  sum=$(sum_of "$public/$path")
  printf '%s//%s\n' "$path" "$sum" >>"$list"
{% if exchanged %}
  if [ ! -e "$public_html/$path" ] && [ ! -L "$public_html/$path" ]; then
    directory "$public_html/$path"
    printf '%s//%s\n' "$path" "$sum" >>"$created"
    cp -p "$public/$path" "$public_html/$path.deployer"
    mv -f "$public_html/$path.deployer" "$public_html/$path"
    continue
  fi
  [ "$(sum_of "$public_html/$path")" != "$sum" ] || continue
{% endif %}
  mkdir -p "$(dirname "$staging/$path")"
  cp -p "$public/$path" "$staging/$path"
done
# shellcheck disable=SC2016 # this is PHP
printf '%s' {{ stub }} >"$staging/index.php"
# shellcheck disable=SC2016 # and Apache's
printf '%s' {{ htaccess }} >"$staging/.htaccess"
