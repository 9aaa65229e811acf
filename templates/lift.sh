# Function: ends the maintenance that this program began, and only that.
lift() {
  note={{ records }}/down
  page={{ shared }}/maintenance.html
  framework={{ current_path }}/storage/framework
  [ -f "$note" ] || return 0
  rm -f "$page" "$page.partial"
  if [ -f {{ current_path }}/artisan ]; then
    # An application that does not start must not stay down for that.
    (cd {{ current_path }} && {{ php }} artisan up) || rm -f "$framework/down" "$framework/maintenance.php"
    [ ! -f "$framework/down" ] || return 1
  fi
  rm -f "$note"
}
