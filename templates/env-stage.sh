# Puts a new shared/.env beside the one that is there, which must be as the controller saw it. Modes and
# owners stay. Bytes travel as octal numbers, so that every one of them arrives.
shared={{ shared }}
file=$shared/.env
part=$shared/.env.deployer
was_there={{ was_there }}

if [ -L "$file" ]; then
  echo "$file is a link to $(readlink "$file"): change that file on the host"
  exit 1
fi
[ -d "$shared" ] || mkdir -m 0755 "$shared"
umask 077
rm -f "$part"
if [ "$was_there" = yes ]; then
  if [ ! -f "$file" ] || [ "$(printf '%b' {{ old }} | od -An -v -tx1)" != "$(od -An -v -tx1 <"$file")" ]; then
    echo "$file was changed meanwhile: look at it again"
    exit 76
  fi
  cp -p "$file" "$part"
  # shellcheck disable=SC2012 # the names are known; there is no other way that all hosts have
  whose=$(ls -ln "$file" | awk '{ print $3, $4 }')
  # shellcheck disable=SC2012
  if [ "$(ls -ln "$part" | awk '{ print $3, $4 }')" != "$whose" ]; then
    rm -f "$part"
    echo "$file belongs to another account: change it on the host as that one"
    exit 1
  fi
elif [ -e "$file" ]; then
  echo "$file has come into being meanwhile: look at it again"
  exit 76
fi
printf '%b' {{ new }} >"$part"
if [ "$(printf '%b' {{ new }} | od -An -v -tx1)" != "$(od -An -v -tx1 <"$part")" ]; then
  rm -f "$part"
  echo "$part could not be written whole: is the disk full?"
  exit 1
fi
