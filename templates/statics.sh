# Exchanges the files that the web server finds for those of the new release. What this program did
# not put there is kept aside first.
public_html={{ public_html }}
staging={{ staging }}
aside={{ aside }}{% if again %}-$DEPLOYER_RUN{% endif %}
records={{ records }}
list=$records/mirror.{{ release }}
kept=$records/statics.{{ release }}

umask 022
mkdir -p "$kept"
sum_of() { {{ checksum | raw }} <"$1"; }

# copy FILE DIRECTORY PATH: a copy that is whole when it has its name.
copy() {
  mkdir -p "$(dirname "$2/$3")"
  cp -p "$1" "$kept.copy"
  mv -f "$kept.copy" "$2/$3"
}

(cd "$staging" && find . -type f) | while IFS= read -r path; do
  path=${path#./}
  new=$(sum_of "$staging/$path")
  # The list has the others already.
  case $path in index.php | .htaccess) printf '%s//%s\n' "$path" "$new" >>"$list" ;; esac
  if [ -e "$public_html/$path" ]; then
    now=$(sum_of "$public_html/$path")
    [ "$now" != "$new" ] || continue
    if ! grep -qxF -e "$path//$now" "$records/mirror" 2>/dev/null; then
      copy "$public_html/$path" "$aside" "$path"
    fi
    copy "$public_html/$path" "$kept/before" "$path"
  fi
  printf '%s\n' "$path" >>"$kept/changed"
  mkdir -p "$(dirname "$public_html/$path")"
  mv -f "$staging/$path" "$public_html/$path"
done
