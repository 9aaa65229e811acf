# Gives the releases a page that only this run knows the name of: what a visitor gets there proves which one
# is served. PHP may look for it in the one before, or in any that it has not forgotten.
deploy_to={{ deploy_to }}
records={{ records }}
made_for={{ release }}
below={{ docroot_below }} # from a release to what is served of it
# shellcheck disable=SC2016 # this is PHP
php_page={{ php_page }} # empty: the site needs no PHP
for list in "$records"/pages.*; do forget_pages "$list"; done # of runs that died
rm -rf "$records"/visits.*
new=$deploy_to/releases/$made_for$below
[ -d "$new" ] || { echo "there is no $new for the web server to serve"; exit 1; }
put_pages
[ -f "$new/deployer-$made_for-$DEPLOYER_RUN.txt" ] || { echo "$new cannot be written: the page of the proof has no place"; exit 1; }
{% if previous_id and asks_php %}
# OPcache gets to know it as it knows the pages of the application: from now on they share a fate.
ask {{ site }}/deployer-{{ release }}-"$DEPLOYER_RUN.php?once=$DEPLOYER_RUN-before" 3 1 >/dev/null
{% endif %}
