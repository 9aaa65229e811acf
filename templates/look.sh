# Puts the page that shows which release is served into the live one, for a moment.
deploy_to={{ deploy_to }}
records={{ records }}
made_for={{ release }}
php_page={{ php_page }} # empty: the site needs no PHP
umask 022
put_page {{ release }} {{ dir }} 2>/dev/null && echo put
