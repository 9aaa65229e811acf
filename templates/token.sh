# Gives the releases a page that only this run knows the name of: what a visitor gets there proves which one
# is served. PHP may look for it in the one before, or in any that it has not forgotten.
deploy_to={{ deploy_to }}
records={{ records }}
made_for={{ release }}
php_page={{ php_page }} # empty: the site needs no PHP
for list in "$records"/pages.*; do forget_pages "$list"; done # of runs that died
rm -rf "$records"/visits.*
umask 022
below={{ docroot_below }} # from a release to what is served of it
for other in "$deploy_to"/releases/*; do
  other=${other##*/}
  case $other in *[!0-9]*) continue ;; esac
  if [ "$other" = "$made_for" ] || [ ! -d "$deploy_to/releases/$other$below" ]; then continue; fi
  put_page "$other" "releases/$other$below" 2>/dev/null || echo "releases/$other cannot be written"
done
new=releases/$made_for$below
[ -d "$deploy_to/$new" ] || { echo "there is no $deploy_to/$new for the web server to serve"; exit 1; }
put_page "$made_for" "$new"
{% if previous_id and asks_php %}
# OPcache gets to know it as it knows the pages of the application: from now on they share a fate.
ask {{ site }}/deployer-{{ release }}-"$DEPLOYER_RUN.php?once=$DEPLOYER_RUN-before" 3 1 >/dev/null
{% endif %}
