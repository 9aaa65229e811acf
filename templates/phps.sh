# Functions: the PHPs of a host, and which of them runs the site. They need those of probe.sh.

# installed: prints VERSION PATH for each PHP that panels and systems install beside others, the oldest
# first. The path tells the version: starting them all would take many processes.
installed() {
  for path in /opt/alt/php[0-9]*/usr/bin/php /opt/cpanel/ea-php[0-9]*/root/usr/bin/php /opt/plesk/php/[0-9]*/bin/php \
    /usr/local/php[0-9]*/bin/php /usr/local/php[0-9]*/bin/php[0-9]* /usr/local/lsws/lsphp[0-9]*/bin/php \
    /opt/remi/php[0-9]*/root/usr/bin/php /usr/bin/php[0-9][0-9] /usr/bin/php[0-9].[0-9] /usr/bin/php[0-9].[0-9][0-9]; do
    if [ -f "$path" ] && [ -x "$path" ]; then printf '%s\n' "$path"; fi
  done | sed -n 's|^\(.*php/\{0,1\}\([0-9]\)\.\{0,1\}\([0-9][0-9]*\).*\)$|\2.\3 \1|p' | sort -s -t . -k 1,1n -k 2,2n
}

# handler FILE: prints VERSION FAMILY htaccess|htaccess-line of the PHP that a .htaccess gives scripts to. The
# family is ea, alt or any; a line outside of the panel's own blocks is not carried along into releases.
handler() {
  awk '
    { sub(/\r$/, ""); $0 = tolower($0); scripts = $1 == "sethandler" || NF < 3 }
    /^[ \t]*#.*begin/ && /cpanel|cloudlinux|plesk|directadmin|hostinger|litespeed|do not (edit|remove|modify)/ { block = 1 }
    /^[ \t]*#.*end/ { block = 0 }
    { for (i = 3; i <= NF; i++) if ($i ~ /^\.?php/) scripts = 1 }
    scripts && $1 ~ /^(addhandler|addtype|sethandler|fcgidwrapper)$/ && match($2, /php[0-9][0-9.]+/) {
      version = substr($2, RSTART + 3, RLENGTH - 3)
      sub(/\.$/, "", version)
      if (version !~ /\./) version = substr(version, 1, 1) "." substr(version, 2)
      if (split(version, number, ".") < 2) next
      found = number[1] "." number[2] " " ($2 ~ /alt-php/ ? "alt" : $2 ~ /ea-php/ ? "ea" : "any")
      found = found " " (block ? "htaccess" : "htaccess-line")
    }
    END { if (found != "") print found }
  ' "$1" 2>/dev/null
}

# by_handler DIR: prints the same and the file, by its .htaccess or the nearest one above it.
by_handler() {
  place=$1
  while [ -n "$place" ]; do
    if [ -f "$place/.htaccess" ]; then
      handled=$(handler "$place/.htaccess")
      if [ -n "$handled" ]; then
        printf '%s %s\n' "$handled" "$place/.htaccess"
        break
      fi
    fi
    if [ "$place" = "$HOME" ]; then break; fi
    place=${place%/*}
  done
}

# panel MODULE FUNCTION: prints what cPanel answers; it may take its time, and no longer than that.
panel() { timeout -s KILL 8 uapi --output=json "$1" "$2" 2>/dev/null </dev/null; }

# ask_panel MODULE FUNCTION: puts the answer into "answer", empty where there is none. Who does not answer once
# is not asked again.
ask_panel() {
  answer=
  if [ -z "${silent:-}" ] && has uapi && has timeout; then
    answer=$(panel "$1" "$2" | tr '\n' ' ')
    [ -n "$answer" ] || silent=yes
  fi
}

# sites: prints VERSION own|inherited NAME DOCROOT for each site that cPanel has, of its answer.
sites() {
  sed -e 's,\\/,/,g' \
    -e 's/"phpversion_source" *: *{ *"system_default"[^{}]*}/"inherited":"yes"/g' \
    -e 's/"[a-z_]*" *: *{[^{}]*}//g' | tr '}' '\n' | awk '
    function value(name,  text) {
      if (!match($0, "\"" name "\" *: *\"[^\"]*\"")) return ""
      text = substr($0, RSTART, RLENGTH - 1)
      sub(/^[^:]*: *"/, "", text)
      return text
    }
    { version = value("version"); docroot = value("documentroot") }
    version != "" && docroot != "" { print version, (value("inherited") == "" ? "own" : "inherited"), value("vhost"), docroot }
  '
}

# by_panel DIR DOMAIN ANSWER: prints VERSION FAMILY cpanel|cpanel-default NAME for the site that is served from
# there, or else has that name.
by_panel() {
  sites=$(printf '%s\n' "$3" | sites)
  served=$(physical "$1")
  for by in docroot name; do
    printf '%s\n' "$sites" | while read -r version source name docroot; do
      case $by in
        docroot) [ "$docroot" = "$1" ] || [ "$(physical "${docroot:-/}")" = "$served" ] || continue ;;
        name) [ "$name" = "${2:-.}" ] || continue ;;
      esac
      if [ "$source" = own ]; then source=cpanel; else source=cpanel-default; fi
      printf '%s\n' "$version" | sed -n "s,^\([a-z]*\)-php\([0-9]\)\([0-9][0-9]*\)\$,\2.\3 \1 $source $name,p"
    done
  done | head -n 1
}

# by_selector: prints VERSION FAMILY selector, where the account has chosen in CloudLinux's PHP selector.
by_selector() {
  sed -n 's/^[[:space:]]*php[[:space:]]*=[[:space:]]*\([0-9]\.[0-9][0-9]*\).*$/\1 alt selector/p' \
    "$HOME/.cl.selector/defaults.cfg" 2>/dev/null | head -n 1
}

# site_php DIR DOMAIN: puts into "site" what runs the site that is served from there, as the functions above
# print it. Asking the panel takes a second: where the server itself reads it, it need not be asked.
site_php() {
  site=$(by_handler "$1")
  if [ -z "$site" ]; then
    ask_panel LangPHP php_get_vhost_versions
    site=$(by_panel "$1" "$2" "$answer")
  fi
  case $site in
    '' | *' cpanel-default '*)
      selected=$(by_selector)
      [ -z "$selected" ] || site=$selected
      ;;
  esac
}

# path_of VERSION FAMILY: prints the path of such a PHP.
path_of() {
  printf '%s\n' "$phps" | awk -v version="$1" -v family="$2" '
    $1 == version && (first == "" || $0 ~ ("/" family "(-php|/php)")) {
      path = substr($0, length($1) + 2)
      if (first == "") first = path
      if (path ~ ("/" family "(-php|/php)")) { own = path; exit }
    }
    END { if (first != "") print (own == "" ? first : own) }
  '
}

# number VERSION: prints it as PHP_VERSION_ID has it.
number() {
  printf '%s\n' "$1" | awk -F. '{ printf "%d\n", $1 * 10000 + $2 * 100 + ($3 == "" ? 99 : $3) }'
}

# newest LOWEST: prints the path of the newest PHP, if it is no older than that.
newest() {
  printf '%s\n' "$phps" | tail -n 1 | while read -r version path; do
    [ -z "$path" ] || [ "$(number "$version")" -lt "$1" ] || printf '%s\n' "$path"
  done
}

# find_php: puts the PHP of the site into "php": what the web server runs it with; else the one that has the
# name which is there; else the newest, where that one is missing or too old for the live release.
find_php() {
  own=$(path_of "${site%% *}" "$(printf '%s\n' "$site" | cut -d ' ' -f 2)")
  if [ -n "$own" ]; then
    php=$own
    return 0
  fi
  lowest=$(sed -n 's/.*PHP_VERSION_ID >= \([0-9][0-9]*\).*/\1/p' \
    "$deploy_to/current/vendor/composer/platform_check.php" 2>/dev/null | head -n 1)
  found=
  if has "$php"; then
    [ -n "$lowest" ] || return 0
    found=$("$php" -r 'echo "\n", PHP_VERSION;' 2>/dev/null </dev/null | tail -n 1)
    fact plain_php "$found"
  fi
  if [ -z "$found" ] || [ "$(number "$found")" -lt "${lowest:-0}" ]; then
    other=$(newest "${lowest:-0}")
    php=${other:-$php}
  fi
}
