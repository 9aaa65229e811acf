# Functions: pages that prove which release a site serves are put into releases. What is put there is listed
# first, as pages.sh says. They need these:
#   made_for  the release that the pages are named after
#   php_page  the page that PHP runs; empty: the site needs no PHP
#   below     from a release to what is served of it, as /public

# put_page RELEASE: puts the pages there.
put_page() {
  page=releases/$1$below/deployer-$made_for-$DEPLOYER_RUN
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

# put_pages: puts them into all releases that are there; PHP may have forgotten none of them.
put_pages() {
  umask 022
  for one in "$deploy_to"/releases/*; do
    one=${one##*/}
    case $one in *[!0-9]*) continue ;; esac
    [ -d "$deploy_to/releases/$one$below" ] || continue
    put_page "$one" 2>/dev/null || echo "releases/$one$below cannot be written"
  done
}
