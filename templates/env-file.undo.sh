# Removes shared/.env if it is still as this run wrote it.
file={{ shared }}/.env
rm -f "$file.deployer"
if [ -f "$file" ] && [ "$(cat "$file")" = {{ secrets.env_file }} ]; then rm -f "$file"; fi
