# Looks whether what was built is a release that can run, before any host hears of it. It changes
# nothing: what starting the application writes goes to a copy, which goes, too.
is_vite={{ is_vite }}
loads={{ loads }}
boots={{ boots }}
has_php={{ has_php }}
faults=0
fault() {
  printf '%s\n' "$*"
  faults=$((faults + 1))
}
for file in {{ files }}; do
  [ -f "$file" ] || fault "$file is missing: the application cannot run without it"
done
for directory in {{ directories }}; do
  [ -d "$directory" ] || fault "$directory/ is missing: it is what the web server is to serve (docroot in deploy.yml)"
done
if [ -e public/hot ]; then
  fault "public/hot is there: it makes the site load its scripts from a development server; delete it (git rm --cached public/hot)"
fi
if [ -n "$is_vite" ] && ! find public -name manifest.json -exec grep -q '"file"' {} \; -print 2>/dev/null | grep -q .; then
  fault "Vite has built no manifest.json in public/build: the pages would fail without it"
fi
[ "$faults" -eq 0 ] || exit 1

if [ -z "$loads" ]; then
  echo "what must be there is there"
  exit 0
fi
[ -f vendor/autoload.php ] || { echo "vendor/autoload.php is missing: the packages are not installed" && exit 1; }
if [ -z "$has_php" ]; then
  echo "not started: no PHP is here that the release could run on"
  exit 0
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/deployer-validate.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 143' TERM HUP INT
if cp --reflink=auto --version >/dev/null 2>&1; then
  cp --reflink=auto -RPp . "$scratch/release"
else
  cp -RPp . "$scratch/release"
fi
cd "$scratch/release"
rm -f bootstrap/cache/*.php

# Prints what a command said, and tells whether it says only that something of this machine or of the
# hosts is not here: another PHP, an extension, the database.
elsewhere() {
  grep -v '^$' "$scratch/said" | head -n 20
  grep -q -e 'detected issues in your platform' -e 'SQLSTATE' -e 'QueryException' -e 'PDOException' \
    -e 'could not find driver' -e 'Connection refused' -e 'getaddrinfo' "$scratch/said"
}

if ! {{ php }} -r 'require "vendor/autoload.php";' >"$scratch/said" 2>&1 </dev/null; then
  if elsewhere; then
    echo "not started: it needs what is not here; the hosts decide"
    exit 0
  fi
  echo "vendor/autoload.php does not load: see above"
  exit 1
fi
if [ -z "$boots" ]; then
  echo "what must be there is there, and the packages load"
  exit 0
fi

# Settings that need no network, no database, and are nobody's.
cat >.env <<'END'
APP_ENV=production
APP_KEY=base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
APP_DEBUG=false
APP_URL=http://localhost
DB_CONNECTION=sqlite
DB_DATABASE=:memory:
CACHE_DRIVER=array
CACHE_STORE=array
SESSION_DRIVER=array
QUEUE_CONNECTION=sync
LOG_CHANNEL=stderr
MAIL_MAILER=array
BROADCAST_DRIVER=log
BROADCAST_CONNECTION=log
END
mkdir -p bootstrap/cache storage/framework/views storage/framework/cache/data storage/framework/sessions storage/logs
if {{ php }} artisan --version --no-ansi >"$scratch/said" 2>&1 </dev/null; then
  head -n 1 "$scratch/said"
  echo "what must be there is there, and the application starts"
elif elsewhere; then
  echo "not started: it needs what is not here; the hosts decide"
else
  echo "the application does not start: see above"
  exit 1
fi
