# Puts links to shared data into the release, in the place of what it ships there.
cd {{ release_path }}
{% for link in links %}
mkdir -p {{ link.dir }}
rm -rf ./{{ link.path }}
ln -s {{ link.target }} ./{{ link.path }}
{% endfor %}
