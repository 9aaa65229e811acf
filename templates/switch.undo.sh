# Makes the release live that was live before, if the switch had happened.
deploy_to={{ deploy_to }}
link=$deploy_to/.deployer/current.{{ release }}
rm -f "$link"
if [ -L "$deploy_to/current" ] && [ "$(readlink "$deploy_to/current")" = {{ target }} ]; then
{% if previous %}
  ln -s {{ previous }} "$link"
  {{ rename | raw }} "$link" "$deploy_to/current"
{% else %}
  rm -f "$deploy_to/current"
{% endif %}
fi
