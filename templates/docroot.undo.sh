# Puts the directory that the web server served before back in its place.
public_html={{ public_html }}
aside={{ aside }}
rm -f {{ new_link }}
{% if was_there %}
if [ -d "$aside" ]; then
  trap '' TERM
  if [ -L "$public_html" ] && [ "$(readlink "$public_html")" = {{ link_text }} ]; then rm -f "$public_html"; fi
  if [ -e "$public_html" ] || [ -L "$public_html" ]; then
    echo "$public_html is not the link of this run any more; what was there before is $aside"
    exit 1
  fi
  mv "$aside" "$public_html"
fi
{% else %}
if [ -L "$public_html" ] && [ "$(readlink "$public_html")" = {{ link_text }} ]; then rm -f "$public_html"; fi
{% endif %}
