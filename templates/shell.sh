# Starts a person's shell in the live release; where nothing is live yet, in the application's directory.
deploy_to={{ deploy_to }} # empty: it is below the home directory
[ -n "$deploy_to" ] || deploy_to=$HOME/{{ below_home }}
if cd "$deploy_to/current" 2>/dev/null; then
  : # its path stays the link's, so that `cd .` goes to the next release
elif cd "$deploy_to" 2>/dev/null; then
  echo "Nothing is live yet; this is $deploy_to."
elif cd; then
  echo "$deploy_to is not there yet; this is your home directory."
fi
export PWD
shell=${SHELL:-/bin/sh}
[ -x "$shell" ] || shell=/bin/sh
# As at a login, so that it reads the account's profile. What others than these take as an option is not known.
case ${shell##*/} in
  sh | ash | bash | csh | dash | fish | ksh* | mksh | tcsh | zsh) exec "$shell" -l ;;
  *) exec "$shell" ;;
esac
