# Looks at what a restore would replace, without changing anything.
data={{ data }}
LC_ALL=C
export LC_ALL

# count: how many paths find has found. A name may hold anything, so paths are not printed.
count() { find "$@" -exec printf '%.0s.' {} + 2>/dev/null | wc -c; }

# device DIR: what tells file systems apart.
device() { stat -c %d "$1" 2>/dev/null || stat -f %d "$1" 2>/dev/null || df -P "$1" | tail -n 1; }

# near PATH: the nearest directory that is there.
near() {
  dir=$1
  while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
  echo "$dir"
}

if [ -e "$data" ] || [ -L "$data" ]; then
  echo "present $(count "$data")"
  me=$(id -u)
  [ "$me" = 0 ] || echo "others $(count "$data" ! -user "$me")"
fi
here=$(near "$(dirname "$data")")
[ "$(device "$here")" = "$(device "$(near {{ backups }})")" ] || echo 'apart backups'
[ "$(device "$here")" = "$(device "$(near {{ deploy_to }})")" ] || echo 'apart shared'
echo "near $here"
[ -w "$here" ] || echo "closed $here"
echo looked
