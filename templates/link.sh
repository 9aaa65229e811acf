# Puts links to shared data into the release, in the place of what it ships there.
cd {{ release_path }}
mkdir -p {{ link_dirs }}
rm -rf {{ link_paths }}
{% for link in links %}
ln -s {{ link.target }} {{ link.path }}
{% endfor %}
