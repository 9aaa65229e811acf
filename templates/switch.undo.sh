# Makes the release live that was live before, if the switch had happened, and carries back what the
# application wrote meanwhile.
deploy_to={{ deploy_to }}
link=$deploy_to/.deployer/current.{{ release }}
rm -f "$link" "$deploy_to/.deployer/live.{{ release }}.partial"
if [ -L "$deploy_to/current" ] && [ "$(readlink "$deploy_to/current")" = {{ target }} ]; then
{% if previous %}
  ln -s {{ previous }} "$link"
  {{ rename | raw }} "$link" "$deploy_to/current"
{% else %}
  rm -f "$deploy_to/current"
{% endif %}
fi
if [ -f "$records/live.$release" ]; then
{% if previous %}
{% if resets %}
  # At once: what a worker of PHP still finds in the release that goes is soon gone.
  (set +e && forget {{ previous_id }} 12) || echo "PHP was not told: it may remember releases/$release"
{% endif %}
  adopt "$release" {{ release_path }} {{ previous_id }} to
{% else %}
  survey {{ release_path }} "$records/manifests/$release.gz" | grep -q '^stray' && left=stray
{% endif %}
  if [ -z "${left:-}" ]; then
    rm -f "$records/live.$release"
  else
    echo "the application wrote files into releases/$release: it is not removed"
  fi
fi
