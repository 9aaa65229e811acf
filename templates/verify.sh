# The host's part of the checklist after a deploy: what is wrong with shared data, then facts, a line each, with
# tabs between their words. At the end a file lies where uploads do, for the program to ask the site for it; it
# goes when the program says so, with the session, or after a minute.
deploy_to={{ deploy_to }}
DEPLOYER_KEEPS={{ keeps }}
PHP={{ php }}
export DEPLOYER_KEEPS PHP
tab=$(printf '\t')
fact() { printf 'fact\t%s\t%s\n' "$1" "$2"; }

sh -c {{ program }} health-check.sh --machine "$deploy_to"

# tell_logs PATTERN: whether what has to write such logs can.
tell_logs() {
  case $1 in /*) return ;; esac
  dir=$deploy_to/shared/$1
  dir=${dir%/*}
  [ -d "$dir" ] || return
  mine=$dir/.deployer-write-test.$$
  if { printf x >"$mine"; } 2>/dev/null; then fact logs "$dir"; else fact unwritable "$dir"; fi
  rm -f "$mine" 2>/dev/null
  for log in "$deploy_to/shared"/$1; do
    [ ! -f "$log" ] || [ -w "$log" ] || fact unwritable "$log"
  done
}

# Workers of this account: which, for how long, where they were started, and how.
tell_workers() {
  here=$(ps -u "$(id -u)" -o pid= -o etime= -o args= 2>/dev/null) || here=$(ps -o pid,etime,args 2>/dev/null) || here=
  if [ -z "$here" ]; then
    fact workers unknown
    return
  fi
  printf '%s\n' "$here" | grep -E '(artisan|/spark|bin/console) +(queue:(work|listen)|horizon|reverb:start|octane:start|schedule:work|messenger:consume)' |
    while read -r pid age args; do
      fact worker "$pid$tab$age$tab$(readlink "/proc/$pid/cwd" 2>/dev/null)$tab$args"
    done
}

IFS=
for pattern in {{ logs }}; do tell_logs "$pattern"; done
unset IFS
tell_workers
[ ! -f "$deploy_to/shared/maintenance.html" ] || fact down shared/maintenance.html
if cd "$deploy_to/current" 2>/dev/null; then
  [ ! -e storage/framework/down ] || fact down current/storage/framework/down
  [ ! -e .maintenance ] || fact down current/.maintenance
  if [ -f artisan ] && [ -n "$PHP" ]; then
    said=$("$PHP" artisan migrate:status --no-ansi </dev/null 2>&1)
    fact migrate "$?"
    printf '%s\n' "$said" | tail -n 2000 | while IFS= read -r line; do fact migration "$line"; done
  fi
fi

uploads={{ uploads }} # where the site shows what is uploaded; empty: nowhere that is known
name=deployer-verify-{{ token }}.txt
if [ -n "$uploads" ] && [ -d "$deploy_to/shared/$uploads" ]; then
  upload=$deploy_to/shared/$uploads/$name
  trap 'rm -f "$upload"; exit 0' TERM HUP INT
  trap 'rm -f "$upload"' EXIT
  if (umask 022 && printf %s {{ token }} >"$upload") 2>/dev/null; then fact upload "$name"; fi
fi
fact end yes
left=60
while [ "$left" -gt 0 ] && [ -e "${upload-}" ]; do
  sleep 1
  left=$((left - 1))
done
