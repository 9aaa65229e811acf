# Removes the release, unless it is live.
deploy_to={{ deploy_to }}
if [ -L "$deploy_to/current" ] && [ "$(readlink "$deploy_to/current")" = {{ target }} ]; then
  echo {{ target }}" is live, it stays"
  exit 1
fi
rm -rf {{ partial }} {{ release_path }}
