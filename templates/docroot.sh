# Puts what serves the live release in the place of the directory that the web server serves, which
# is kept aside. Two renames cannot be one: for an instant between them the server finds nothing.
public_html={{ public_html }}
aside={{ aside }}{% if again %}-$DEPLOYER_RUN{% endif %}
new={{ staging }}
{% if link_text %}
rm -f "$new" # one left by a run that died here
ln -s {{ link_text }} "$new"
{% else %}
for path in index.php .htaccess; do
  printf '%s//%s\n' "$path" "$({{ checksum | raw }} <"$new/$path")" >>{{ records }}/mirror.{{ release }}
done
{% endif %}
now=
[ ! -L "$public_html" ] || now=$(readlink "$public_html")
if [ "$now" != {{ link_before }} ]; then
  echo "$public_html has become a link to $now since the plan was made"
  exit 1
fi
{% if was_there %}
if [ -e "$aside" ] || [ -L "$aside" ]; then
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
{{ rename | raw }} "$new" "$public_html"
{% if link_text %}
if [ "$(cd "$public_html" && pwd -P)" != "$(cd {{ release_public }} && pwd -P)" ]; then
  echo "$public_html does not lead to the release"
  exit 1
fi
{% endif %}
