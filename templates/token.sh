# Gives the live release and the new one a page that only this run knows the name of: what a visitor gets
# there proves which release is served. For a while after the switch PHP may look for it in the old one.
deploy_to={{ deploy_to }}
records={{ records }}
made_for={{ release }}
php_page={{ php_page }} # empty: the site needs no PHP
for list in "$records"/pages.*; do forget_pages "$list"; done # of runs that died
rm -rf "$records"/visits.*
umask 022
{% if before_dir %}
if [ -d "$deploy_to/"{{ before_dir }} ]; then
  put_page {{ previous_id }} {{ before_dir }} 2>/dev/null || echo "releases/"{{ previous_id }}" cannot be written"
fi
{% endif %}
new={{ new_dir }}
[ -d "$deploy_to/$new" ] || { echo "there is no $deploy_to/$new for the web server to serve"; exit 1; }
put_page {{ release }} "$new"
{% if before_dir and asks_php %}
# OPcache gets to know it as it knows the pages of the application: from now on they share a fate.
ask {{ site }}/deployer-{{ release }}-"$DEPLOYER_RUN.php?once=$DEPLOYER_RUN-before" 3 1 >/dev/null
{% endif %}
