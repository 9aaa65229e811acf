# Makes the new shared/.env the one that counts. The old one is kept first.
shared={{ shared }}
backups={{ backups }}
kept=$backups/{{ kept }}
file=$shared/.env
part=$shared/.env.deployer

if [ -f "$file" ]; then
  [ -d "$backups" ] || mkdir -m 0755 "$backups"
  [ ! -e "$kept" ] || kept=$kept.$DEPLOYER_RUN
  (umask 077 && cat "$file" >"$kept")
  if [ "$(od -An -v -tx1 <"$kept")" != "$(od -An -v -tx1 <"$file")" ]; then
    rm -f "$kept" "$part"
    echo "$kept could not be written whole: is the disk full?"
    exit 1
  fi
  echo "kept $kept"
fi
mv -f "$part" "$file"
# The file counts by now, whether the log takes the line or not.
printf '%s shared/.env was changed by %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$DEPLOYER_BY" >>{{ log }} || :
