# Writes shared/.env from the controller's file, only because the host has none.
shared={{ shared }}
[ -d "$shared" ] || mkdir -m 0755 "$shared"
umask 077
set -C # an existing file is not overwritten
printf '%s\n' {{ secrets.env_file }} >"$shared/.env"
