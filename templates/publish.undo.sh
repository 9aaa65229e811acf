# Removes the release, unless it is live, or holds what the application wrote into it.
deploy_to={{ deploy_to }}
records=$deploy_to/.deployer
release={{ release }}
if [ -L "$deploy_to/current" ] && [ "$(readlink "$deploy_to/current")" = {{ target }} ]; then
  echo {{ target }}" is live, it stays"
  exit 1
fi
if [ -f "$records/live.$release" ]; then
  echo {{ target }}" was live and holds files of the application: it stays until a later deploy has taken them over"
  exit 1
fi
rm -rf {{ partial }} {{ release_path }}
rm -f "$records/shipped/$release".* "$records/manifests/$release.gz" "$records/manifests/$release.gz.partial" "$records/adopted/$release".*
