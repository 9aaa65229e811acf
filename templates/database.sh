# Functions for the database of the application. What they need to know comes from the application
# itself; a password is in a file that only this account may read, and only while they work.
records={{ records }}
backups={{ backups }}
place={{ place }} # the release that is asked
php={{ php }}
# shellcheck disable=SC1003,SC2016 # it is PHP
program={{ program }}
purpose={{ purpose }}
login=$records/login-$purpose-$DEPLOYER_RUN
partial=

tidy() {
  trap '' TERM HUP INT PIPE # a second signal must not end what tidies up
  rm -rf "$login"
  [ -z "$partial" ] || rm -f "$partial" "$partial.copy"
}

# ask WHAT WORD...: has the program in templates/database.php do something.
ask() (cd "$place" && printf '%s' "$program" | "$php" -- "$@")

value() { printf '%s\n' "$said" | sed -n "s/^$1 //p"; }

# describe: finds out what the database is, and readies its tools.
# shellcheck disable=SC2034 # not every script behind it uses all of that
describe() {
  # What a run that was killed left behind; those of a backup may be in use, whatever else runs.
  for old in "$records"/login-*; do
    case $old in
      *-backup-*) find "$old" -prune -mmin +720 -exec rm -rf {} + 2>/dev/null || : ;;
      *) [ "$purpose" = backup ] || rm -rf "$old" ;;
    esac
  done
  trap tidy EXIT
  # PIPE, too: the shell itself tells of what was killed, and may find nobody who listens.
  trap 'exit 143' TERM HUP INT PIPE
  (umask 077 && mkdir -p "$login") || return 1
  code=0
  said=$(ask describe "$login") || code=$?
  if [ "$code" -ne 0 ]; then
    said=$(printf '%s' "$said" | tr '\n' ' ')
    case $code in
      3) echo "the database cannot be dumped:$said; say in deploy.yml that it is not: backup: { database: false }" ;;
      *) echo "the database cannot be reached:$said" ;;
    esac
    return 1
  fi
  driver=$(value driver)
  database=$(value database)
  tables=$(value tables) suffix=sql
  case $driver in
    mysql)
      unset MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT
      MYSQL_TEST_LOGIN_FILE=$login/none # the account's own logins must not decide
      export MYSQL_TEST_LOGIN_FILE
      ;;
    pgsql) describe_pgsql ;;
    sqlite) suffix=sqlite ;;
  esac
}

describe_pgsql() {
  unset PGSERVICE PGSERVICEFILE PGHOSTADDR PGOPTIONS PGPASSWORD
  PGHOST=$(value host) PGPORT=$(value port) PGUSER=$(value username) PGDATABASE=$database
  PGSSLMODE=$(value sslmode) PGSSLCERT=$(value sslcert) PGSSLKEY=$(value sslkey) PGSSLROOTCERT=$(value sslrootcert)
  PGPASSFILE=$login/client PGCONNECT_TIMEOUT=30
  export PGHOST PGPORT PGUSER PGDATABASE PGSSLMODE PGSSLCERT PGSSLKEY PGSSLROOTCERT PGPASSFILE PGCONNECT_TIMEOUT
  # What is empty must not count as said.
  [ -n "$PGHOST" ] || unset PGHOST
  [ -n "$PGPORT" ] || unset PGPORT
  [ -n "$PGSSLMODE" ] || unset PGSSLMODE
  [ -n "$PGSSLCERT" ] || unset PGSSLCERT
  [ -n "$PGSSLKEY" ] || unset PGSSLKEY
  [ -n "$PGSSLROOTCERT" ] || unset PGSSLROOTCERT
}

# tool PACKAGE NAME...: sets `tool` to the first that is there.
tool() {
  package=$1
  shift
  for tool in "$@"; do ! command -v "$tool" >/dev/null 2>&1 || return 0; done
  echo "$1 is not on this host (package $package): have it installed, or say in deploy.yml that no dumps are made: backup: { database: false }"
  return 1
}

# stream: writes the dump to the output.
stream() {
  case $driver in
    pgsql) "$tool" --no-password --no-owner ;;
    mysql) stream_mysql ;;
  esac
}

# Parts that the account may not read are left out, and told.
stream_mysql() {
  set -- --defaults-file="$login/client" --single-transaction --quick --no-tablespaces --hex-blob --triggers \
    --skip-add-locks --comments --default-character-set=utf8mb4 --max-allowed-packet=1G
  knows=$("$tool" --no-defaults --help 2>/dev/null)
  # MySQL's own tool asks servers of MariaDB for what they do not have.
  case $knows in *column-statistics*) set -- "$@" --column-statistics=0 ;; esac
  case $knows in *set-gtid-purged*) set -- "$@" --set-gtid-purged=OFF ;; esac
  for part in routines events; do
    if heard=$("$tool" "$@" --no-data --no-create-info --skip-triggers "--$part" -- "$database" 2>&1 >/dev/null); then
      set -- "$@" "--$part"
    else
      case $heard in
        *denied* | *privilege*) echo "without $part, which this account may not read: $heard" >&2 ;;
        *) set -- "$@" "--$part" ;;
      esac
    fi
  done
  "$tool" "$@" -- "$database"
}

# dump NAME: writes a dump into backups/NAME under a name for what is not whole yet, reads it to its
# end, and names it with its checksum.
dump() {
  case $driver in
    memory) echo "the database is in memory: there is nothing to dump" && return 0 ;;
    mysql) tool mariadb-client mariadb-dump mysqldump || return 1 ;;
    pgsql) tool postgresql-client pg_dump || return 1 ;;
    sqlite) [ -f "$database" ] || { echo "there is no $database yet: there is nothing to dump" && return 0; } ;;
  esac
  [ -d "$backups" ] || mkdir -m 0755 "$backups" || return 1
  if [ -e "$backups/$1" ] || ! (umask 077 && rm -f "$backups/$1.partial" && set -C && : >"$backups/$1.partial"); then
    echo "backups/$1 cannot be made: is it there already, or the disk full or read-only?"
    return 1
  fi
  partial=$backups/$1.partial
  if [ "$driver" = sqlite ]; then dump_sqlite; else dump_server; fi || { tidy_partial && return 1; }
  sum=$({{ checksum | raw }} <"$partial" | sed -n 's/.*\([0-9A-Fa-f]\{64\}\).*/\1/p')
  if ! (umask 077 && printf '%s  %s\n' "$sum" "$1" >"$backups/$1.sha256") || ! mv -f "$partial" "$backups/$1"; then
    rm -f "$backups/$1.sha256"
    tidy_partial
    return 1
  fi
  partial=
  echo "dumped into backups/$1 ($(($(wc -c <"$backups/$1"))) bytes)"
}

tidy_partial() {
  rm -f "$partial" "$partial.copy"
  partial=
}

full() {
  free=$(df -Pk "$backups" 2>/dev/null | awk 'END { print $4 }')
  echo "the dump could not be written: ${free:-?} kB are free for backups/ in ${backups%/*}"
}

dump_sqlite() {
  if ! heard=$(ask copy "$partial.copy" && ask whole "$partial.copy"); then
    echo "the database could not be copied: $(printf '%s' "$heard" | tr '\n' ' ')"
    full
    return 1
  fi
  if ! gzip -3 -c <"$partial.copy" >"$partial" || ! gzip -t <"$partial"; then
    full
    return 1
  fi
  rm -f "$partial.copy"
}

dump_server() {
  # There is no status of a whole pipe in every shell: each part tells its own.
  codes=$(
    {
      {
        code=0
        stream || code=$?
        echo "tool $code" >&3
      } | {
        code=0
        # A database compresses hardly better with more time.
        gzip -3 -c >"$partial" || code=$?
        echo "gzip $code" >&3
      }
    } 3>&1
  )
  case $codes in *'gzip 0'*) ;; *) full && return 1 ;; esac
  code=${codes##*tool }
  code=${code%%[!0-9]*}
  if [ "$code" != 0 ]; then
    echo "$tool ended with exit code $code: there is no dump"
    return 1
  fi
  is_whole "$partial" || { echo "$tool did not come to its end: the dump is cut short" && return 1; }
}

# is_whole FILE: whether a dump of a server can be unpacked and has its last line.
is_whole() {
  ends=$(
    {
      {
        code=0
        gzip -dc <"$1" || code=$?
        echo "unpacked $code" >&3
      } | tail -n 8 | sed 's/^/last /' >&3
    } 3>&1
  )
  case $ends in *'unpacked 0'*) ;; *) return 1 ;; esac
  printf '%s\n' "$ends" | grep -q -e '^last -- Dump completed' -e '^last -- PostgreSQL database dump complete'
}
