# Puts the directory that the web server served before back in its place.
public_html={{ public_html }}
aside={{ aside }}{% if again %}-$DEPLOYER_RUN{% endif %}
new={{ staging }}

# Tells whether what is there now is what this run has put there.
ours() {
{% if link_text %}
  [ -L "$public_html" ] && [ "$(readlink "$public_html")" = {{ link_text }} ]
{% else %}
  [ ! -L "$public_html" ] && [ ! -e "$new" ] && grep -qF {{ marker }} "$public_html/index.php" 2>/dev/null
{% endif %}
}

{% if was_there %}
if [ -d "$aside" ] || [ -L "$aside" ]; then
  trap '' TERM
  ! ours || mv "$public_html" "$new"
  if [ -e "$public_html" ] || [ -L "$public_html" ]; then
    echo "$public_html is not what this run has put there; what was there before is $aside"
    exit 1
  fi
  mv "$aside" "$public_html"
fi
{% else %}
! ours || mv "$public_html" "$new"
{% endif %}
{% if link_text %}
rm -f "$new"
{% endif %}
