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

# put_page RELEASE DIRECTORY: puts the pages there, which is where the web server finds the release.
put_page() {
  page=$2/deployer-$made_for-$DEPLOYER_RUN
  printf '%s\n' "$page.txt" "$page.php" >>"$records/pages.$DEPLOYER_RUN"
  page=$deploy_to/$page
  printf '%s\n' "$1" >"$page.txt" || return 1
  chmod 0644 "$page.txt"
  [ -n "$php_page" ] || return 0
  # Nobody gets an answer any more when the run is long over.
  printf '%s' "$php_page" | sed "s/EXPIRES/$(($(date +%s) + 7200))/" >"$page.php" || return 1
  # OPcache takes no file that is younger than some seconds: it must treat this one as any other.
  touch -t 202001010000 "$page.php"
  chmod 0644 "$page.php"
}
