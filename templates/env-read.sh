# Prints shared/.env as od writes it, and what there is to know of it.
deploy_to={{ deploy_to }}
file=$deploy_to/shared/.env
if [ -L "$file" ]; then echo "link $(readlink "$file")"; fi
if [ -f "$file" ]; then
  if [ "$(wc -c <"$file")" -gt 65536 ]; then echo "problem $file is larger than 64 KiB" && exit; fi
  # Read whole before anything is printed: half a file must not pass for one.
  bytes=$(od -An -v -tx1 "$file") || { echo "problem $file cannot be read" && exit; }
  echo file
  printf '%s\n' "$bytes" | while IFS= read -r line; do printf 'bytes %s\n' "$line"; done
elif [ -e "$file" ] || [ -L "$file" ]; then
  echo "problem $file is no file"
fi
if [ -f "$deploy_to/.deployer/app-key" ]; then printf 'key %s\n' "$(od -An -v -tx1 "$deploy_to/.deployer/app-key" | tr '\n' ' ')"; fi
echo read
