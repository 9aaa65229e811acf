#!/bin/sh
# health-check.sh, written by deployer: each deploy brings it up to date.
#
# Looks whether the data of this application that must outlive every release is there, in reach of the
# live release, and safe. It changes nothing, but for a file of one byte that it writes into each shared
# directory and removes again.
#
#   sh health-check.sh                from the directory that it is in
#   sh health-check.sh DIRECTORY      of another application
#   PHP=/path/to/php sh health-check.sh
#
# Exit code: 0 all is well, 1 something is wrong, 2 this is no application's directory.

export LC_ALL=C
unset CDPATH
umask 022

machine=
[ "$1" != --machine ] || { machine=yes && shift; }
case $0 in */*) home=${0%/*}/.. ;; *) home=.. ;; esac
app=$(cd -- "${1:-$home}" 2>/dev/null && pwd)
if [ -z "$app" ] || [ ! -d "$app/releases" ]; then
  echo "${1:-$home} is not the directory of an application: there is no releases/ in it"
  echo "usage: sh health-check.sh [DIRECTORY]"
  exit 2
fi
shared=$app/shared
records=$app/.deployer
live= # the directory of the live release, once it is known to be whole
failed=0
warned=0
entries=0
tried= # the file of the write test, while there is one
trap '[ -z "$tried" ] || rm -f "$tried"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# tell ok|warn|fail NAME TEXT: one finding, for a person or for the program.
tell() {
  case $1 in
    ok) word=ok ;;
    warn) word=! && warned=$((warned + 1)) ;;
    fail) word=FAIL && failed=$((failed + 1)) ;;
  esac
  if [ -n "$machine" ]; then printf '%s\t%s\t%s\n' "$1" "$2" "$3"; else printf '  %-4s  %s\n' "$word" "$3"; fi
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

# tally ARGUMENTS: what find finds with them, as "COUNT FIRST"; nothing when it finds nothing.
tally() {
  find "$@" 2>/dev/null | {
    IFS= read -r first || exit 0
    printf '%s %s\n' "$(($(wc -l) + 1))" "${first#"$app"/}" | tr -d '\001-\011\013-\037\177'
  }
}

check_current() {
  if leads_to_release "$app/current"; then
    live=$app/releases/$id
    tell ok current "current leads to releases/$id"
    [ -f "$live/.deployer-release.json" ] || tell warn current "releases/$id does not say what it is made of"
  elif [ -L "$app/current" ]; then
    tell fail current "current leads to $(readlink "$app/current"), which is no whole release: the site is down"
  elif [ -e "$app/current" ]; then
    tell fail current "current is not a link to a release"
  else
    tell fail current "there is no current: no release is live"
  fi
}

# Tells whether a byte can be written into a directory.
can_write() {
  tried=$1/.deployer-write-test.$$
  { printf x >"$tried"; } 2>/dev/null && [ -s "$tried" ]
  written=$?
  rm -f "$tried" 2>/dev/null
  tried=
  return "$written"
}

# check_shared KIND PATH: whether shared/PATH is there and can be used.
check_shared() {
  there=$shared/$2
  if [ ! -e "$there" ] && [ ! -L "$there" ]; then
    tell fail shared "$2 is missing in shared/"
  elif [ ! -e "$there" ]; then
    tell fail shared "shared/$2 is a link to $(readlink "$there"), which is not there"
  elif [ "$1" = dir ] && [ ! -d "$there" ]; then
    tell fail shared "shared/$2 should be a directory"
  elif [ "$1" = file ] && [ ! -f "$there" ]; then
    tell fail shared "shared/$2 should be a file"
  elif [ ! -r "$there" ] || { [ "$1" = dir ] && [ ! -x "$there" ]; }; then
    tell fail shared "shared/$2 cannot be read"
  elif [ "$1" = dir ] && ! can_write "$there"; then
    tell fail shared "shared/$2 cannot be written into"
  elif [ ! -w "$there" ]; then
    tell warn shared "shared/$2 cannot be written"
  else
    return 0
  fi
  return 1
}

# check_link PATH: whether the live release reaches shared/PATH.
check_link() {
  here=$live/$1
  if is_same "$here" "$shared/$1"; then return 0; fi
  if [ -L "$here" ] && [ ! -e "$here" ]; then
    tell fail link "$1 in the live release is a link to $(readlink "$here"), which is not there"
  elif [ -L "$here" ]; then
    tell fail link "$1 in the live release is a link to $(readlink "$here") instead of shared/$1"
  elif [ -d "$here" ]; then
    count=$(($(find "$here" ! -type d 2>/dev/null | wc -l)))
    tell fail link "$1 in the live release is a directory of its own; files in it, which belong in shared/: $count"
  elif [ -e "$here" ]; then
    tell fail link "$1 in the live release is a file of its own, and shared/ has another"
  else
    tell fail link "$1 is missing in the live release"
  fi
  return 1
}

check_entry() {
  entries=$((entries + 1))
  if ! is_inside "$2"; then
    tell fail config "$2 in .persistence-config is no path inside of the application"
    return
  fi
  how=
  check_shared "$1" "$2" || how=bad
  if [ "$1" = file ] && [ -n "$(find "$shared/$2" -prune -type f -perm -004 2>/dev/null)" ]; then
    case ${2##*/} in .env*) how=bad && tell fail secrets "shared/$2 can be read by everyone: chmod 600" ;; esac
  fi
  [ -z "$live" ] || check_link "$2" || how=bad
  [ -n "$how" ] || tell ok shared "$2 is in shared/${live:+, and the live release reaches it there}"
}

# What Laravel shows of its uploads is a second link, which no list holds.
check_public_storage() {
  here=$live/public/storage
  if [ ! -f "$live/artisan" ] || is_same "$here" "$shared/public/storage"; then return; fi
  if [ -L "$here" ] && [ ! -e "$here" ]; then
    tell fail link "public/storage is a link to $(readlink "$here"), which is not there: uploads are not shown"
  elif [ -d "$here" ] && [ ! -L "$here" ]; then
    tell warn link "public/storage in the live release is a directory of its own: uploads in it belong in storage/app/public"
  fi
}

# Web servers that run PHP as the account (suEXEC, LSAPI) refuse what others may write.
check_modes() {
  set -- "$shared"
  [ -z "$live" ] || set -- "$shared" "$live"
  found=$(tally "$@" ! -type l -perm -002 ! -perm -1000)
  if [ -n "$found" ]; then
    tell fail modes "files that everyone can write: ${found%% *}, such as ${found#* }"
  else
    tell ok modes "no file is open to everyone"
  fi
  found=$(tally "$@" ! -type l -perm -020 ! -perm -002)
  [ -z "$found" ] || tell warn modes "files that their group can write, which suEXEC answers with error 500: ${found%% *}, such as ${found#* }"
}

check_unfinished() {
  for part in "$app"/releases/*.partial "$app"/releases/*.pruned; do
    if [ -d "$part" ] && is_locked; then
      tell ok unfinished "${part#"$app"/} belongs to a run that is under way"
    elif [ -d "$part" ]; then
      tell warn unfinished "${part#"$app"/} was left by a run that died; the next deploy removes it"
    fi
  done
}

# free OPTION: how much df says is free.
free() { df -P "$1" "$shared" 2>/dev/null | while read -r _ _ _ free _; do echo "$free"; done | tail -n 1; }

check_space() {
  space=$(free -k)
  case $space in '' | *[!0-9]*) return ;; esac
  megabytes=$((space / 1000))
  if [ "$space" -lt 50000 ]; then
    tell fail space "only $megabytes MB are free: uploads will fail"
  elif [ "$space" -lt 500000 ]; then
    tell warn space "only $megabytes MB are free"
  else
    tell ok space "at least 500 MB are free"
  fi
  inodes=$(free -i)
  case $inodes in 0 | '' | *[!0-9]*) return ;; esac
  [ "$inodes" -ge 20000 ] || tell warn space "there is room for $inodes more files only"
}

# boot PHP: runs the application's own command line; the last line that it prints is kept.
boot() {
  command -v "$1" >/dev/null 2>&1 || return 1
  said=$(cd "$live" && "$1" artisan --version </dev/null 2>&1)
  booted=$?
  said=$(printf '%s\n' "$said" | tail -n 1 | tr -d '\001-\011\013-\037\177')
  return "$booted"
}

check_boot() {
  [ -f "$live/artisan" ] || return 0
  said=
  # Hosting panels keep several; the plain one is often another than the site's.
  if [ -n "${PHP-}" ]; then
    set -- "$PHP"
  else
    set --
    for php in /opt/plesk/php/*/bin/php /opt/cpanel/ea-php*/root/usr/bin/php /opt/alt/php[789]*/usr/bin/php; do
      set -- "$php" "$@" # the newest first
    done
    set -- "$@" php
  fi
  for php; do
    if boot "$php"; then
      tell ok boot "the application starts with $php: $said"
      return
    fi
  done
  if [ -n "$said" ]; then
    tell fail boot "the application does not start: $said"
  else
    tell warn boot "whether the application starts was not tried: there is no PHP; PHP=/path/to/php names one"
  fi
}

[ -n "$machine" ] || printf '%s\n\n' "$app"
check_current
if read_config; then
  each check_entry
  [ "$entries" -gt 0 ] || tell ok shared "nothing is to be shared"
else
  tell fail config "shared/.persistence-config is missing: the next deploy writes it"
fi
if [ -n "$live" ]; then
  check_public_storage
  check_boot
fi
check_modes
check_unfinished
check_space

if [ -z "$machine" ]; then
  echo
  if [ "$failed" -gt 0 ]; then
    echo "Something is wrong: see FAIL above ($failed)."
    printf "\nNext\n  sh '%s'    %s\n" "$shared/emergency-recovery.sh" "shows what it would repair"
  elif [ "$warned" -gt 0 ]; then
    echo "All shared data is in reach. Look at what is marked with ! ($warned)."
  else
    echo "All is well."
  fi
fi
[ "$failed" -eq 0 ]
