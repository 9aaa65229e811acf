# Functions: the web's PHP forgets where it found another release. They need `ask`. What is really served is
# not told here: the proof tells.
site={{ site }}           # the address of the site; empty: no page can be asked for
page=deployer-{{ release }}-$DEPLOYER_RUN.php
reset={{ reset }}
command={{ reset_run }}   # empty: there is none

# asked VISITOR RESET: prints the release that the page is from, and the server's name; - where it does not answer.
asked() {
  answer=$(ask "$site/$page?once=$DEPLOYER_RUN-$1$2" 3 1 | tr -d '\r')
  printf '%s' "$answer" | awk '
    $1 == "release" { release = $2 }
    $1 == "server" { server = $2 }
    END { print (release == "" ? "-" : release), server }
  '
}

# visits TURN RESET: asks for the page as several visitors at once, who meet several workers.
visits() {
  for visitor in 1 2 3 4 5 6; do asked "$1.$visitor" "$2" & done
  wait
}

# by_page RELEASE TURNS: asks for the page until each visitor in a turn gets the release's, for a time.
by_page() {
  turn=0
  how='&reset=1'
  while [ "$turn" -lt "$2" ]; do
    turn=$((turn + 1))
    answers=$(visits "back-$1-$turn" "$how")
    case $answers in *LiteSpeed*) litespeed ;; esac
    # Where nobody answers, or PHP does not run it, nothing comes of asking again.
    printf '%s\n' "$answers" | grep -q '^[0-9]' || return 0
    how=
    if printf '%s\n' "$answers" | grep -q -v "^$1 "; then
      how='&reset=1'
      sleep 0.2 2>/dev/null || sleep 1
    elif [ "$turn" -gt 1 ]; then
      return 0
    fi
  done
}

litespeed() { [ "$reset" != auto ] && [ "$reset" != litespeed ] || touch "$HOME/.lsphp_restart.txt" || :; }

# forget RELEASE TURNS: has PHP forget, so that it finds the release. Fails where a way that was asked for does.
forget() {
  failed=0
  case $reset in
    auto)
      if [ -d /usr/local/lsws ] || [ -e "$HOME/.lsphp_restart.txt" ]; then litespeed; fi
      ;;
    litespeed) litespeed ;;
  esac
  case $reset in auto | page) [ -z "$site" ] || by_page "$1" "$2" ;; esac
  case $reset in
    auto)
      # Where it is not set up for this site it knows no way to its PHP.
      ! has cachetool || { cachetool opcache:reset && cachetool stat:clear; } >/dev/null 2>&1 || :
      ;;
    cachetool) { cachetool opcache:reset && cachetool stat:clear; } || failed=1 ;;
  esac
  [ -z "$command" ] || sh -c "$command" || failed=1
  return "$failed"
}
