# Puts the page that shows which release is served into the releases, for a moment.
deploy_to={{ deploy_to }}
records={{ records }}
made_for={{ release }}
below={{ docroot_below }} # from a release to what is served of it
# shellcheck disable=SC2016 # this is PHP
php_page={{ php_page }} # empty: the site needs no PHP
put_pages >/dev/null
[ ! -f "$deploy_to/releases/$made_for$below/deployer-$made_for-$DEPLOYER_RUN.txt" ] || echo put
