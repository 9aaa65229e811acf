# Prints the answers of the host's site to several visitors who come at once, each behind a line with
# MARK, for a controller that cannot reach the site.
mark={{ mark }}
visits={{ records }}/visits.$DEPLOYER_RUN
rm -rf "$visits" # from a session that was lost
mkdir "$visits" || exit 0
trap 'rm -rf "$visits"' EXIT
count=0
for url in {{ urls }}; do
  count=$((count + 1))
  ask "$url" {{ timeout }} 1 >"$visits/$count" &
done
wait
for answer in "$visits"/*; do
  printf '\n%s\n' "$mark"
  cat "$answer"
done
printf '\n%s\n' "$mark"
