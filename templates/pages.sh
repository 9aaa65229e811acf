# Functions: the pages that prove which release a site serves. Those that stand are listed in
# .deployer/pages.RUN, a path from deploy_to a line, before they are made.

# forget_pages LIST: removes what is listed, and the list.
forget_pages() {
  [ -f "$1" ] || return 0
  while IFS= read -r page; do
    case $page in releases/*/deployer-*.txt | releases/*/deployer-*.php) rm -f "$deploy_to/$page" || return 0 ;; esac
  done <"$1"
  rm -f "$1"
}
