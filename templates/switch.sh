# Makes the release live: a new link under another name, then one rename over `current`, so that
# every request finds either the old release or the new one.
deploy_to={{ deploy_to }}
link=$deploy_to/.deployer/current.{{ release }}
[ -d "$deploy_to/"{{ target }} ] || { echo {{ target }}" is not there"; exit 1; }
if [ -e "$deploy_to/current" ] && [ ! -L "$deploy_to/current" ]; then
  echo "$deploy_to/current is not a link; it is left alone"
  exit 1
fi
rm -f "$link" # a link left by a run that died here must never be published
ln -s {{ target }} "$link"
# From now on the application may write into the release: it is not removed before that is looked after.
# Should this run die, the next one looks after what was still written into the one before.
note=$deploy_to/.deployer/live.{{ release }}
printf '%s\n' {{ previous_id }} >"$note.partial" || { rm -f "$note.partial"; exit 1; }
mv "$note.partial" "$note"
{{ rename | raw }} "$link" "$deploy_to/current"
[ "$(readlink "$deploy_to/current")" = {{ target }} ]
