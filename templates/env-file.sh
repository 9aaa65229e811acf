# Writes shared/.env from the controller's file, only because the host has none.
shared={{ shared }}
file=$shared/.env
part=$shared/.env.deployer # left from a run that was killed, it is not needed any more
[ -d "$shared" ] || mkdir -m 0755 "$shared"
umask 077
{% if makes_key %}
# The key is made once: should this run be taken back, or the file get lost, the next run finds it here.
key={{ records }}/app-key
if [ ! -f "$key" ]; then
  printf '%s\n' {{ secrets.env_file_app_key }} >"$key.new"
  mv -f "$key.new" "$key"
fi
{% endif %}
rm -f "$part"
printf '%s\n' {{ secrets.env_file }} >"$part"
# A link is made whole or not at all, and never over a file that has come into being meanwhile.
if ! ln "$part" "$file" 2>/dev/null; then
  if [ -e "$file" ] || [ -L "$file" ]; then
    rm -f "$part"
    echo "$file has come into being since the plan was made"
    exit 1
  fi
  mv "$part" "$file" # this file system has no hard links
fi
rm -f "$part"
