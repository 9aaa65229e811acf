# Before a rollback: refuses a release whose files were changed through a link that it shares with a later
# release (`unchanged: hardlink`): what was live then is not there any more.
checksum={{ checksum }}
noise={{ noise }}
records={{ records }}
release={{ release_path }}
[ -f "$records/manifests/"{{ release }}.gz ] || exit 0
changed=$(
  survey "$release" "$records/manifests/"{{ release }}.gz | sed -n "s|^edited${tab}[^$tab]*${tab}[^$tab]*$tab||p" |
    while IFS= read -r path; do find "$release/$path" -prune -type f -links +1 2>/dev/null; done
)
if [ -n "$changed" ]; then
  printf '%s\n' "$changed" | head -n 20
  echo "changed since this release was live, through a later one: deploy its commit again instead"
  exit 1
fi
