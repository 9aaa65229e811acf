# Functions that put a dump in the place of the present database. They stand behind those of database.sh.

# inside FILE: lines of a dump that say what is in it.
# shellcheck disable=SC2016 # these are no variables
inside() {
  gzip -dc <"$1" | LC_ALL=C sed -n -e '1,5s/^-- \(.*\) dump.*/kind \1/p' -e 's/^-- Dumping routines for database.*/routines/p' \
    -e 's/^-- Dumping events for database.*/events/p' \
    -e 's/^\/\*!50013 DEFINER=\(`[^`]*`@`[^`]*`\).*/definer \1/p' -e 's/^CREATE DEFINER=\(`[^`]*`@`[^`]*`\).*/definer \1/p' \
    -e 's/^\/\*!50003 CREATE\*\/ \/\*!50017 DEFINER=\(`[^`]*`@`[^`]*`\).*/definer \1/p' \
    -e 's/^\/\*!50106 CREATE\*\/ \/\*!50117 DEFINER=\(`[^`]*`@`[^`]*`\).*/definer \1/p' | sort -u
}

# recorded FILE SUM: whether an archive is still the one that was looked at.
recorded() {
  sum=$({{ checksum | raw }} <"$1") || return 1
  case $sum in *"$2"*) ;; *) echo "$1 has changed: its SHA-256 is $sum" && return 1 ;; esac
}

# load FILE: removes all that is in the database and loads the dump, to its end. Before it touches
# anything, it says so in $note.
load() {
  case $driver in
    mysql) tool mariadb-client mariadb mysql || return 1 ;;
    pgsql) tool postgresql-client psql || return 1 ;;
    sqlite)
      echo "begun {{ dump }}" >"$note" && load_sqlite "$1"
      return
      ;;
    memory) echo "the database is in memory: nothing can be restored" && return 1 ;;
  esac
  content=$(inside "$1")
  case $driver-$content in
    mysql-*'kind PostgreSQL'* | pgsql-*'kind MySQL'* | pgsql-*'kind MariaDB'*)
      echo "$1 is a dump of another kind of database than the application's ($driver)"
      return 1
      ;;
  esac
  echo "begun {{ dump }}" >"$note" || return 1
  foreign=
  if [ "$driver" = mysql ]; then
    if [ "$(value definers)" = own ]; then
      foreign=$(printf '%s\n' "$content" | sed -n 's/^definer //p' | grep -v -x -F "$(value definer)" | tr '\n' ' ')
    fi
    [ -z "$foreign" ] || echo "views, routines and triggers of $foreign become this account's: it may not name another"
    # What the dump could not read stays as it is.
    # shellcheck disable=SC2046 # these are words
    ask clear $(printf '%s\n' "$content" | sed -n -e '/^routines$/p' -e '/^events$/p') || return 1
  fi
  codes=$(
    {
      unpacked "$1" | {
        code=0
        feed || code=$?
        echo "tool $code" >&3
      }
    } 3>&1
  )
  case $codes in *'tool 0'*) ;; *) echo "$tool did not load $1: see above" && return 1 ;; esac
  case $codes in *'gzip 0'*) ;; *) echo "$1 could not be read to its end" && return 1 ;; esac
}

# unpacked FILE: the statements. PostgreSQL takes all of them in one transaction, or none.
unpacked() {
  [ "$driver" != pgsql ] || clear_pgsql
  code=0
  {
    gzip -dc <"$1" || code=$?
    echo "gzip $code" >&3
    [ "$code" -ne 0 ] || [ "$driver" != pgsql ] || printf '\ncommit;\n'
  } | filtered
}

# filtered: statements that only another account may run are changed or left out. Rows of tables never
# begin as they do, or stand where nothing is changed.
# shellcheck disable=SC2016 # these are no variables
filtered() {
  case $driver-$foreign in
    pgsql-*)
      # Large objects come in a transaction of their own, which would end the one around all.
      LC_ALL=C sed -e '/^COPY .* FROM stdin;$/,/^\\\.$/b' \
        -e '/^-- Data for Name: .*; Type: BLOBS;/,/^COMMIT;$/{' -e '/^BEGIN;$/d' -e '/^COMMIT;$/d' -e '}' \
        -e '/^COMMENT ON EXTENSION /d' \
        -e '/^GRANT .* ON SCHEMA public /d' -e '/^REVOKE .* ON SCHEMA public /d'
      ;;
    mysql-?*)
      LC_ALL=C sed -e '/^\/\*!50013 DEFINER=/s/DEFINER=`[^`]*`@`[^`]*` *//' -e '/^CREATE DEFINER=/s/DEFINER=`[^`]*`@`[^`]*` *//' \
        -e '/^\/\*!50003 CREATE\*\/ \/\*!50017 DEFINER=/s/\/\*!50017 DEFINER=[^*]*\*\/ *//' \
        -e '/^\/\*!50106 CREATE\*\/ \/\*!50117 DEFINER=/s/\/\*!50117 DEFINER=[^*]*\*\/ *//'
      ;;
    *) cat ;;
  esac
}

feed() {
  case $driver in
    mysql) "$tool" --defaults-file="$login/client" --binary-mode --max-allowed-packet=1G -- "$database" ;;
    pgsql) PGOPTIONS='-c client_min_messages=warning' "$tool" -X -q -w -v ON_ERROR_STOP=1 -o /dev/null -f - ;;
  esac
}

load_sqlite() {
  copy=$login/copy.sqlite
  if ! gzip -dc <"$1" >"$copy" || ! ask whole "$copy" || ! ask load "$copy"; then
    echo "$1 was not loaded"
    return 1
  fi
}

# clear_pgsql: removes what belongs to this account. Extensions stay, and so does what is theirs.
clear_pgsql() {
  cat <<'END'
begin;
set local lock_timeout = '5min';
do $clear$
declare
  found record;
begin
  for found in
    select oid::regclass as name, case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
        when 'f' then 'foreign table' else 'table' end as kind
      from pg_class c
      where relkind in ('r', 'p', 'v', 'm', 'S', 'f') and pg_has_role(relowner, 'USAGE')
        and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
        and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid
          and refobjid <> objid and deptype in ('e', 'i'))
  loop
    -- What hangs on another is gone with it.
    if exists (select from pg_class where oid = found.name::oid) then
      execute format('drop %s if exists %s cascade', found.kind, found.name);
    end if;
  end loop;
  for found in
    select oid::regprocedure as name, case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as kind
      from pg_proc p
      where pg_has_role(proowner, 'USAGE')
        and pronamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
        and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype in ('e', 'i'))
  loop
    if exists (select from pg_proc where oid = found.name::oid) then
      execute format('drop %s if exists %s cascade', found.kind, found.name);
    end if;
  end loop;
  for found in
    select oid::regtype as name, case typtype when 'd' then 'domain' else 'type' end as kind
      from pg_type t
      where typtype in ('d', 'e', 'c', 'r') and typrelid = 0 and pg_has_role(typowner, 'USAGE')
        and typnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
        and not exists (select from pg_depend where classid = 'pg_type'::regclass and objid = t.oid and deptype in ('e', 'i'))
  loop
    if exists (select from pg_type where oid = found.name::oid) then
      execute format('drop %s if exists %s cascade', found.kind, found.name);
    end if;
  end loop;
  for found in
    select nspname as name from pg_namespace n
      where nspname !~ '^pg_' and nspname not in ('information_schema', 'public') and pg_has_role(nspowner, 'USAGE')
        and not exists (select from pg_depend where classid = 'pg_namespace'::regclass and objid = n.oid and deptype = 'e')
        -- Where an extension or another account has something, the schema stays.
        and not exists (select from pg_depend where refclassid = 'pg_namespace'::regclass and refobjid = n.oid)
  loop
    execute format('drop schema if exists %I', found.name);
  end loop;
  perform lo_unlink(oid) from pg_largeobject_metadata where pg_has_role(lomowner, 'USAGE');
end
$clear$;
END
}
