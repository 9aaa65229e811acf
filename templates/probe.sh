# Looks at a host without changing anything. Prints a line for each fact: a name, a space, a value.
deploy_to={{ deploy_to }} # empty: it is below the home directory
[ -n "$deploy_to" ] || deploy_to=$HOME/{{ below_home }}
records=$deploy_to/.deployer

fact() { printf '%s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }

# kind PATH: what is there.
kind() {
  if [ -L "$1" ]; then
    if [ -d "$1" ]; then echo link-to-dir; else echo link; fi
  elif [ -d "$1" ]; then
    if [ -w "$1" ]; then echo dir; else echo read-only; fi
  elif [ -e "$1" ]; then
    echo file
  else
    echo missing
  fi
}

fact home "$HOME"
fact user "$(id -un 2>/dev/null)"
fact deploy_to "$deploy_to"
fact system "$(uname -s)"
fact clock "$(date +%s)"

# The nearest directory that exists: what is there decides whether the rest can be made.
base=$deploy_to
while [ ! -e "$base" ] && [ "$base" != / ]; do base=$(dirname "$base"); done
fact base "$base"
fact base_kind "$(kind "$base")"
df -Pk "$base" 2>/dev/null | while read -r _ _ _ free _; do fact free_kilobytes "$free"; done
df -Pi "$base" 2>/dev/null | while read -r _ _ _ free _; do fact free_inodes "$free"; done
# It may be another disk.
if [ -d "$deploy_to/shared" ]; then
  df -Pk "$deploy_to/shared" 2>/dev/null | while read -r _ _ _ free _; do fact shared_kilobytes "$free"; done
  df -Pi "$deploy_to/shared" 2>/dev/null | while read -r _ _ _ free _; do fact shared_inodes "$free"; done
fi

fact current "$(kind "$deploy_to/current")"
[ ! -L "$deploy_to/current" ] || fact target "$(readlink "$deploy_to/current")"
for part in releases shared backups; do fact "$part" "$(kind "$deploy_to/$part")"; done
fact records "$(kind "$records")"
for entry in "$deploy_to"/releases/*; do
  [ ! -d "$entry" ] || fact release "${entry##*/}"
done
for entry in "$deploy_to"/releases/*/.deployer-release.json; do
  [ ! -f "$entry" ] || fact description "$(cat "$entry")"
done
[ ! -f "$records/releases" ] || while read -r id; do fact made "$id"; done <"$records/releases"
[ ! -f "$records/history.jsonl" ] || tail -n 500 "$records/history.jsonl" | while IFS= read -r entry; do fact history "$entry"; done
# What earlier deploys shared, and what is in shared data.
[ ! -f "$deploy_to/shared/.persistence-config" ] || while IFS= read -r line; do
  case $line in dir\ * | file\ *) fact recorded "$line" ;; esac
done <"$deploy_to/shared/.persistence-config"
(
  cd "$deploy_to/shared" 2>/dev/null || exit 0
  for entry in */ .[!.]*/ public/*/ public/.[!.]*/; do
    [ ! -d "$entry" ] || fact found "${entry%/}"
  done
)
for path in {{ shared }}; do fact in_shared "$(kind "$deploy_to/shared/$path") $path"; done

# settings FILE: its bytes, as od writes them, for the controller to judge: only it knows how PHP reads
# such a file. It keeps nothing of them but which keys there are.
judged={{ judged }} # empty: nobody asks for them
settings() {
  if [ -z "$judged" ] || [ ! -f "$1" ] || [ ! -r "$1" ] || [ "$(wc -c <"$1")" -gt 65536 ] || ! has od; then return; fi
  fact env_file "$1"
  od -An -v -tx1 "$1" | while IFS= read -r bytes; do fact env_bytes "$bytes"; done
}
settings "$deploy_to/shared/.env"
[ ! -f "$records/app-key" ] || fact kept_key
if [ -f "$records/down" ]; then
  fact down by-run
elif [ -f "$deploy_to/shared/maintenance.html" ] || [ -f "$deploy_to/current/storage/framework/down" ]; then
  fact down by-others
fi
# A run that was neither confirmed nor taken back.
for note in "$records"/undo.*; do
  case $note in *.log | *.partial) ;; *) [ ! -f "$note" ] || fact unconfirmed ;; esac
done
if [ -L "$records/lock" ]; then
  fact lock "$(readlink "$records/lock")"
  { read -r owner seen _ <"$records/lock.beat"; } 2>/dev/null && fact beat "$owner $seen"
fi

# physical PATH: the path without links on its way, as far as it exists.
physical() {
  there=$1
  rest=
  while [ ! -d "$there" ]; do
    rest=/${there##*/}$rest
    there=${there%/*}
    [ -n "$there" ] || there=/
  done
  there=$(cd "$there" && pwd -P)
  printf '%s\n' "${there%/}$rest"
}

# The file system that a path is or will be on.
mounted() { df -Pk "$1" 2>/dev/null | tail -n 1 | sed 's/.*[0-9]% *//'; }

# Looks at the directory that the web server serves, and at what the host has put there.
look_at_docroot() {
  public_html={{ public_html }} # as deploy_to
  [ -n "$public_html" ] || public_html=$HOME/{{ public_html_below_home }}
  while [ "$public_html" != "${public_html%/}" ]; do public_html=${public_html%/}; done
  parent=$(physical "$(dirname "$public_html")")
  public_html=${parent%/}/${public_html##*/}
  fact docroot path "$public_html"
  fact docroot deploy_to "$(physical "$deploy_to")"
  fact docroot kind "$(kind "$public_html")"
  fact docroot parent "$(kind "$parent")"
  if [ -L "$public_html" ]; then
    target=$(readlink "$public_html")
    fact docroot target "$target"
    case $target in /*) ;; *) target=$parent/$target ;; esac
    # The directory that the link leads to by way of "current", if it does.
    via=${target%"$way"}
    [ "$via" = "$target" ] || fact docroot via "$(physical "$via")"
  elif [ -d "$public_html" ]; then
    fact docroot files "$(find "$public_html" -type f 2>/dev/null | head -n 10000 | wc -l)"
    ! grep -qF {{ marker }} "$public_html/index.php" 2>/dev/null || fact docroot stub
    [ "$(mounted "$public_html")" = "$(mounted "$base")" ] || fact docroot elsewhere
    for own in .well-known .user.ini php.ini .htaccess .ftpquota cgi-bin; do
      [ ! -e "$public_html/$own" ] || fact docroot holds "$own"
    done
  fi
}
way={{ way }} # from deploy_to to what is to be served; empty: there is no such directory
[ -z "$way" ] || look_at_docroot

# look_into DIR: what an old site has that releases may share.
look_into() {
  for entry in "$1"/*/ "$1"/.[!.]*/ "$1/"{{ docroot }}/*/; do
    entry=${entry%/}
    [ -L "$entry" ] || [ ! -d "$entry" ] || fact existing "$(kind "$entry") $entry"
  done
  for path in {{ shared }} {{ inner }}; do
    [ -L "$1/$path" ] || [ ! -e "$1/$path" ] || fact existing "$(kind "$1/$path") $1/$path"
  done
  settings "$1/.env"
}
if [ ! -L "$deploy_to/current" ]; then
  existing={{ existing }} # as deploy_to
  below={{ existing_below_home }}
  [ -z "$below" ] || existing=$HOME/$below
  if [ -n "$existing" ] && [ -d "$existing" ]; then
    existing=$(cd "$existing" && pwd -P)
    fact existing root "$existing"
    look_into "$existing"
  fi
  if [ -n "$way" ] && [ ! -L "$public_html" ] && [ -d "$public_html" ]; then look_into "$public_html"; fi
fi

for tool in tar gzip tee mkfifo readlink ln mv find; do has "$tool" || fact lacks "$tool"; done
if mv --help 2>&1 | grep -q -e '-T'; then
  fact rename gnu
elif [ "$(uname -s)" = FreeBSD ] || [ "$(uname -s)" = Darwin ]; then
  fact rename bsd
fi
for sum in 'sha256sum' 'shasum -a 256' 'openssl dgst -sha256' 'sha256 -q'; do
  if has "${sum%% *}"; then checksum=$sum && fact checksum "$sum" && break; fi
done
! has zstd || fact zstd yes
live=
[ ! -L "$deploy_to/current" ] || live=$(readlink "$deploy_to/current")
live=${live##*/}
# What the live release was shipped as: what is still there needs not be sent again.
if [ -n "$live" ] && [ -d "$deploy_to/releases/$live" ] && [ -f "$records/shipped/$live.gz" ] && [ -f "$records/shipped/$live.sum" ]; then
  fact shipped "$live $(tr '\n' ' ' <"$records/shipped/$live.sum")"
  [ ! -f "$records/shipped/$live.unlike" ] || head -n {{ limit }} "$records/shipped/$live.unlike" | while IFS= read -r path; do fact unlike "$path"; done
fi
php={{ php }}
if [ -n "$php" ] && has "$php"; then
  # What PHP itself has to say comes first: the facts begin on a line of their own.
  "$php" -r 'echo "\nphp ", PHP_VERSION, " ", PHP_BINARY, "\nphp_extension ",
    implode("\nphp_extension ", get_loaded_extensions()), "\n";' 2>/dev/null </dev/null
fi
{% if survey %}
# What the application wrote into the live release, and what was changed there.
if [ -n "$live" ] && [ -f "$records/manifests/$live.gz" ] && [ -n "${checksum:-}" ]; then
  fact surveyed "$live"
  noise={{ noise }}
  survey "$deploy_to/releases/$live" "$records/manifests/$live.gz" | awk '
    BEGIN { FS = "\t" }
    { path = $0; for (i = 0; i < 3; i++) path = substr(path, index(path, FS) + 1); sub(/^\.\//, "", path) }
    ++count[$1] <= {{ limit }} { print "drift", $1, path }
    $1 == "stray" { dir = path; if (sub(/\/[^\/]*$/, "", dir) && !(dir in dirs)) { dirs[dir]; print "written", dir } }
    END { for (kind in count) print "drift_count", kind, count[kind] }
  '
fi
{% endif %}
exit 0
