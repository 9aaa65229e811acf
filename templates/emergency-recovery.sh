#!/bin/sh
# emergency-recovery.sh, written by deployer: each deploy brings it up to date.
#
# Brings the shared data of this application back into reach of the live release. Without --yes it only
# shows what it would do. It never deletes: what has to make way is moved into backups/recovered-TIME.
#
#   sh emergency-recovery.sh                 shows what it would do
#   sh emergency-recovery.sh --yes           does it
#   sh emergency-recovery.sh --fix-modes     also takes away everyone's right to write files
#   sh emergency-recovery.sh --force         even though a deploy seems to be under way
#
# Exit code: 0 nothing is left to do, 1 something is, 2 wrong directory, 75 a deploy is under way.

export LC_ALL=C
unset CDPATH
umask 022

yes='' force='' fix_modes='' machine=''
case $0 in */*) directory=${0%/*}/.. ;; *) directory=.. ;; esac
for argument; do
  case $argument in
    --yes) yes=yes ;;
    --force) force=yes ;;
    --fix-modes) fix_modes=yes ;;
    --machine) machine=yes ;;
    *) directory=$argument ;;
  esac
done
app=$(cd -- "$directory" 2>/dev/null && pwd)
if [ -z "$app" ] || [ ! -d "$app/releases" ]; then
  echo "$directory is not the directory of an application: there is no releases/ in it"
  echo "usage: sh emergency-recovery.sh [--yes] [--fix-modes] [--force] [DIRECTORY]"
  exit 2
fi
shared=$app/shared records=$app/.deployer
kept=$app/backups/recovered-$(date -u +%Y%m%d%H%M%S)-$$ # made when something has to make way
me=${DEPLOYER_BY:-$(id -un 2>/dev/null)@$(uname -n)}
token=recovery$$x$(date +%s) # names this run in its lock
live='' todo=0 mended=0 left=0 held='' beater='' word='' # live: the directory of the release to be repaired

# tell todo|ok|warn|fail NAME TEXT: one line, for a person or for the program.
tell() {
  case $1 in
    todo) word=would && todo=$((todo + 1)) ;;
    ok) word=ok ;;
    warn) word=! ;;
    fail) word=FAIL && left=$((left + 1)) ;;
  esac
  if [ -n "$machine" ]; then printf '%s\t%s\t%s\n' "$1" "$2" "$3"; else printf '  %-5s  %s\n' "$word" "$3"; fi
}

# act NAME TEXT COMMAND...: does it, or says that it would. The command sets `why` when it fails.
act() {
  name=$1 text=$2 why=''
  shift 2
  if [ -z "$yes" ]; then
    tell todo "$name" "$text"
  elif "$@"; then
    mended=$((mended + 1))
    tell ok "$name" "$text"
  else
    tell fail "$name" "could not $text${why:+: $why}"
    return 1
  fi
}

# --- the same in both scripts ---

# Sets what is shared, as the last deploy wrote it down: lines "dir PATH" and "file PATH".
read_config() {
  if [ -f "$shared/.persistence-config" ]; then
    config=$(cat "$shared/.persistence-config")
  else
    config=${DEPLOYER_KEEPS-} # from a controller, where no deploy has written the file yet
  fi
  [ -n "$config" ]
}

# each COMMAND: runs COMMAND KIND PATH for each shared path.
each() {
  while IFS= read -r entry <&3; do
    case $entry in
      'dir '*) "$1" dir "${entry#dir }" ;;
      'file '*) "$1" file "${entry#file }" ;;
    esac
  done 3<<LIST
$config
LIST
}

# Tells whether a path leads to a place inside of the directory that it starts in.
is_inside() {
  case /$1/ in */../* | */./* | *//*) return 1 ;; esac
}

# Tells whether two paths lead to the same file.
# shellcheck disable=SC3013 # every shell that is in use knows -ef
is_same() { [ "$1" -ef "$2" ]; }

# Tells whether a link leads to a release that is whole; sets its id.
leads_to_release() {
  id=$(readlink "$1") || return 1
  id=${id%/}
  id=${id##*/}
  case $id in *[!0-9]*) return 1 ;; esac
  [ ${#id} -eq 14 ] && [ -d "$app/releases/$id" ] && is_same "$1" "$app/releases/$id"
}

# Tells whether a run has the lock and was heard of lately; sets its text, its owner and how long ago.
is_locked() {
  lock=$(readlink "$records/lock") || return 1
  owner=${lock%%:*}
  seen=${lock#*:}
  seen=${seen%%:*}
  if { read -r beats beat _ <"$records/lock.beat"; } 2>/dev/null && [ "$beats" = "$owner" ]; then seen=$beat; fi
  case $seen in '' | *[!0-9]*) seen=0 ;; esac
  quiet=$(($(date +%s) - seen))
  [ "$quiet" -lt 150 ]
}

# --- end ---
# --- the lock, as a deploy takes it ---

claim() { ln -s "$token:$(date +%s):$me:recovery" "$records/lock" 2>/dev/null; }

# Removes the lock of that owner. Whoever does so makes the directory lock.OWNER first: only one can.
remove_lock() {
  mkdir "$records/lock.$1" 2>/dev/null || return 1
  case $(readlink "$records/lock") in "$1":*) rm -f "$records/lock" "$records/lock.beat" ;; esac
  rmdir "$records/lock.$1"
}

# Takes the lock and keeps it alive until this script ends, however it ends.
take_lock() {
  held=yes
  mkdir -p "$records"
  claim || { ! is_locked && [ -n "$owner" ] && remove_lock "$owner" && claim; } || return 1
  beat </dev/null >/dev/null 2>&1 &
  beater=$!
}

# Gives the lock its sign of life. Short naps: whoever kills the shell leaves the nap behind.
beat() {
  while kill -0 $$ && [ -L "$records/lock" ]; do
    printf '%s %s %s %s\n' "$token" "$(date +%s)" $$ "$(uname -n)" >"$records/lock.beat"
    sleep 2
  done
}

heed_signals() { trap 'exit 130' INT && trap 'exit 143' TERM HUP; }

leave() {
  trap '' INT TERM HUP
  [ -n "$held" ] || return 0
  # Some shells tell of what was killed.
  { [ -z "$beater" ] || { kill -s KILL "$beater" && wait "$beater"; }; } 2>/dev/null
  case $(readlink "$records/lock") in "$token":*) remove_lock "$token" ;; esac
}

# Copies a file to where there is none; under another name first, so that it is whole or not there.
copy_file() {
  mkdir -p "${2%/*}" && cp -p "$1" "$2.deployer-part" && mv "$2.deployer-part" "$2"
}

# aside PATH: moves what the live release has there into backups/.
aside() {
  place=$kept/$1
  while [ -e "$place" ] || [ -L "$place" ]; do place=$place~; done
  mkdir -p "${place%/*}" && mv "$live/$1" "$place"
}

# rename FROM TO: puts a link in the place of nothing or of another link, in one step.
rename() {
  if mv --help 2>&1 | grep -q -e '-T'; then
    mv -fT "$1" "$2"
  elif [ ! -d "$2" ]; then
    mv -f "$1" "$2"
  else
    mv -fh "$1" "$2" # FreeBSD and macOS
  fi
}

# put_link PATH: makes PATH of the live release a relative link to shared/PATH.
put_link() {
  up=../..
  rest=$1
  while :; do
    case $rest in */*) up=$up/.. && rest=${rest#*/} ;; *) break ;; esac
  done
  new=$live/$1.deployer-link
  mkdir -p "${new%/*}" || return 1
  [ ! -L "$new" ] || rm -f "$new"
  ln -s "$up/shared/$1" "$new" || return 1
  if ! is_same "$new" "$shared/$1"; then
    why="$up/shared/$1 does not lead there"
    rm -f "$new"
    return 1
  fi
  rename "$new" "$live/$1" || { rm -f "$new" && false; }
}

# What merge does with the directories, and then with the files, that find finds. A file is whole when
# it gets its name, and takes it from no other, whoever is at work besides.
# shellcheck disable=SC2016 # it is a program of its own
merge_dirs='
to=$1
shift
for dir do
  [ -d "$to/$dir" ] || [ -e "$to/$dir" ] || {
    mode=755
    [ -n "$(find "$dir" -prune -perm -001)" ] || mode=700
    mkdir -m "$mode" "$to/$dir" || [ -d "$to/$dir" ] || echo "failed $dir"
  }
done'
# shellcheck disable=SC2016
merge_files='
to=$1
shift
for file do
  place=$to/$file
  if [ -e "$place" ] || [ -L "$place" ]; then
    cmp -s "$file" "$place" || echo "differs $file"
  elif [ ! -d "${place%/*}" ]; then
    echo "differs $file"
  elif [ -L "$file" ]; then
    cp -pP "$file" "$place" || echo "failed $file"
  elif [ -f "$file" ]; then
    part=${place%/*}/.deployer-part.$$
    { cp -p "$file" "$part" && { ln "$part" "$place" || [ -e "$place" ] || mv "$part" "$place"; }; } || echo "failed $file"
    rm -f "$part"
  fi
done'

# merge FROM TO: copies the files that TO lacks; those that TO has otherwise are counted.
merge() {
  report=$(
    exec 2>/dev/null
    find "$2" -name '.deployer-part.*' -type f -mmin +5 -exec rm -f {} + # left by one that was killed
    cd "$1" && find . -type d -exec sh -c "$merge_dirs" merge "$2" {} + &&
      find . ! -type d -exec sh -c "$merge_files" merge "$2" {} + || echo "failed ."
  )
  if printf '%s\n' "$report" | grep -q '^failed '; then
    why="not all files could be copied into shared/"
    return 1
  fi
  differing=$(printf '%s\n' "$report" | grep -c '^differs ') || true
}

# exchange PATH: puts the link in the place of what the live release has there, or leaves that there.
exchange() {
  trap '' INT TERM HUP # between the two, nobody would reach the data
  if ! aside "$1"; then code=1; elif put_link "$1"; then code=0; else code=1 && mv "$place" "$live/$1"; fi
  heed_signals
  return "$code"
}

# adopt PATH: shared/ gets the files of a directory that stands in the place of a link.
adopt() {
  merge "$live/$1" "$shared/$1" && exchange "$1" || return 1
  merge "$place" "$shared/$1" || differing=some # what was written in between
  [ "$differing" = 0 ] ||
    tell warn link "not in shared/$1, which has other files of that name: $differing of the files in ${place#"$app"/}"
}

# Chooses the release to be repaired: the live one, or the one that was live last and is still whole.
choose_release() {
  if leads_to_release "$app/current"; then
    live=$app/releases/$id
    return
  fi
  if [ -e "$app/current" ] && [ ! -L "$app/current" ]; then
    tell fail current "current is not a link; it is left alone, since nobody knows what is in it"
    return
  fi
  # In JSON no text can hold a bare quote, so that this finds nothing but the fields.
  while IFS= read -r id; do
    [ ! -f "$app/releases/$id/.deployer-release.json" ] || live=$app/releases/$id
  done <<LIST
$(sed -n '/"outcome":"deployed"/s/.*"id":"\([0-9]*\)".*/\1/p' "$records/history.jsonl" 2>/dev/null)
LIST
  [ -n "$live" ] || tell fail current "no whole release is left that was live before: deploy again"
}

point_current() {
  new=$records/current.recovered
  mkdir -p "$records" && rm -f "$new" # left by a run that died here
  ln -s "releases/${live##*/}" "$new" && rename "$new" "$app/current" && leads_to_release "$app/current"
}

# repair_shared KIND PATH: sees to it that shared/PATH is there.
repair_shared() {
  there=$shared/$2
  if { [ "$1" = dir ] && [ -d "$there" ]; } || { [ "$1" = file ] && [ -f "$there" ]; }; then
    return 0
  elif [ -e "$there" ]; then
    tell fail shared "shared/$2 is no $1: look what it is, and move it away"
  elif [ -L "$there" ]; then
    tell fail shared "shared/$2 is a link to $(readlink "$there"), which is not there: bring that back"
  elif [ "$1" = dir ]; then
    act shared "make the directory shared/$2" mkdir -p "$there"
    return
  elif [ -n "$live" ] && [ -f "$live/$2" ]; then
    act shared "copy $2 of the live release to shared/" copy_file "$live/$2" "$there"
    return
  else
    tell fail shared "shared/$2 is missing, and so is a copy of it: put it there"
  fi
  return 1
}

# repair_link KIND PATH: sees to it that the live release reaches shared/PATH.
repair_link() {
  here=$live/$2
  if is_same "$here" "$shared/$2"; then
    return
  elif [ -L "$here" ]; then
    act link "link $2 to shared/, instead of $(readlink "$here")" put_link "$2"
  elif [ "$1" = dir ] && [ -d "$here" ]; then
    act link "merge the directory $2 into shared/, move it to backups/, and put a link in its place" adopt "$2"
  elif [ "$1" = file ] && [ -f "$here" ] && { [ ! -e "$shared/$2" ] || cmp -s "$here" "$shared/$2"; }; then
    act link "move the file $2, of which shared/ has a copy, to backups/, and put a link in its place" exchange "$2"
  elif [ -e "$here" ]; then
    tell fail link "$2 in the live release is not what shared/$2 is: keep the right one of the two as shared/$2, and move the other away"
  else
    act link "link $2 to shared/" put_link "$2"
  fi
}

repair_entry() {
  if ! is_inside "$2"; then
    tell fail config "$2 in .persistence-config is no path inside of the application"
  elif repair_shared "$1" "$2" && [ -n "$live" ]; then
    repair_link "$1" "$2"
  fi
}

close_secret() {
  case $1/${2##*/} in file/.env*) ;; *) return ;; esac
  [ -z "$(find "$shared/$2" -prune -type f -perm -004 2>/dev/null)" ] ||
    act modes "take shared/$2 out of everyone's sight" chmod o-rwx "$shared/$2"
}

repair_modes() {
  set -- "$shared"
  [ -z "$live" ] || set -- "$shared" "$live"
  count=$(($(find "$@" ! -type l -perm -002 ! -perm -1000 2>/dev/null | wc -l)))
  if [ -n "$fix_modes" ]; then
    [ "$count" -eq 0 ] || act modes "take away the right of everyone to write into files: $count" \
      find "$@" ! -type l -perm -002 ! -perm -1000 -exec chmod o-w {} +
    each close_secret
  elif [ "$count" -gt 0 ]; then
    tell warn modes "files that everyone can write: $count; --fix-modes takes that right away"
  fi
}

[ -n "$machine" ] || printf '%s\n\n' "$app"
trap leave EXIT
heed_signals
if [ -z "$force" ]; then
  if is_locked; then
    tell fail lock "${lock#*:*:} has the lock, heard of $quiet s ago: wait, or use --force if it is dead for sure"
    exit 75
  elif [ -n "$yes" ] && ! take_lock; then
    tell fail lock "the lock in .deployer/ cannot be taken"
    exit 75
  fi
fi

choose_release
if read_config; then
  each repair_entry
else
  tell fail config "shared/.persistence-config is missing: nobody can say what is to be shared; the next deploy writes it"
fi
# Last, so that no visitor meets a release that does not reach its data.
if [ -n "$live" ] && ! leads_to_release "$app/current"; then
  act current "point current to releases/${live##*/}, which was live before" point_current
fi
repair_modes
for part in "$app"/releases/*.partial "$app"/releases/*.pruned; do
  [ ! -d "$part" ] || tell warn unfinished "${part#"$app"/} was left by a run that died; the next deploy removes it"
done

if [ "$mended" -gt 0 ]; then
  printf '%s recovered %s by %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "shared data (repairs: $mended)" "$me" >>"$app/deployment.log"
fi
if [ -z "$machine" ]; then
  [ -z "$word" ] || echo
  if [ "$todo" -gt 0 ]; then
    printf "Nothing was changed.\n\nNext\n  sh '%s' --yes    %s\n" "$shared/emergency-recovery.sh" "does it"
  elif [ "$left" -gt 0 ]; then
    echo "Something is left that needs a person: see FAIL above ($left)."
  else
    if [ "$mended" -gt 0 ]; then echo "Recovered (repairs: $mended)."; else echo "There is nothing to recover."; fi
    printf "\nNext\n  sh '%s'    %s\n" "$shared/health-check.sh" "looks at all of it"
  fi
fi
[ $((todo + left)) -eq 0 ]
