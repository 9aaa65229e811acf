# Puts a link to the live release in the place of the directory that the web server serves, which is
# kept aside. Two renames cannot be one: for an instant between them the server finds nothing there.
public_html={{ public_html }}
aside={{ aside }}
link={{ new_link }}
rm -f "$link" # one left by a run that died here
ln -s {{ link_text }} "$link"
{% if was_there %}
if [ -L "$public_html" ] || [ ! -d "$public_html" ]; then
  echo "$public_html has changed since the plan was made"
  exit 1
fi
if [ -e "$aside" ]; then
  echo "$aside is already there"
  exit 1
fi
# Whoever stops this run does not stop it between the two.
trap '' TERM
mv "$public_html" "$aside"
{% else %}
if [ -e "$public_html" ] || [ -L "$public_html" ]; then
  echo "$public_html has come into being since the plan was made"
  exit 1
fi
{% endif %}
{{ rename | raw }} "$link" "$public_html"
[ "$(readlink "$public_html")" = {{ link_text }} ]
if [ "$(cd "$public_html" && pwd -P)" != "$(cd {{ release_public }} && pwd -P)" ]; then
  echo "$public_html does not lead to the release"
  exit 1
fi
