# Tells what this machine can build with, a line each. It changes nothing.
work_dir={{ work_dir }}
below_home={{ below_home }}
[ -n "$work_dir" ] || work_dir=$HOME/$below_home
COMPOSER_ALLOW_SUPERUSER=1
COREPACK_ENABLE_NETWORK=0 # it would download what it is asked the version of
export COMPOSER_ALLOW_SUPERUSER COREPACK_ENABLE_NETWORK
exec </dev/null 2>/dev/null
# A project's own settings must not answer for the machine.
cd /

printf 'work_dir %s\n' "$work_dir"
printf 'system %s\n' "$(uname -s) $(uname -m)"
for tool in tar gzip; do
  command -v "$tool" >/dev/null || printf 'lacks %s\n' "$tool"
done
if command -v sha256sum >/dev/null; then
  echo 'checksum sha256sum'
elif command -v shasum >/dev/null; then
  echo 'checksum shasum -a 256'
elif command -v openssl >/dev/null; then
  echo 'checksum openssl dgst -sha256 -r'
else
  echo 'lacks sha256sum'
fi

first=
for php in php php8.5 php8.4 php8.3 php8.2 php8.1 php8.0 php7.4; do
  command -v "$php" >/dev/null || continue
  version=$("$php" -r 'echo PHP_VERSION;') || continue
  first=${first:-$php}
  printf 'php %s %s\n' "$version" "$php"
done

for composer in {{ composers }}; do
  case $composer in
    \~/*) path=$HOME/${composer#\~/} ;;
    *) path=$(command -v "$composer") || path=$composer ;;
  esac
  [ -f "$path" ] || continue
  # Some PHP runs it: a script, or an archive of PHP.
  kind=program
  if head -c 512 "$path" | grep -a -q -e '^#!.*php' -e '<?php'; then kind=php; fi
  if [ "$kind" = php ]; then
    [ -n "$first" ] || continue
    said=$("$first" "$path" --version --no-ansi --no-interaction)
  else
    said=$("$path" --version --no-ansi --no-interaction)
  fi
  version=$(printf '%s\n' "$said" | sed -n 's/^Composer [^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1)
  [ -z "$version" ] || printf 'composer %s %s %s\n' "$version" "$kind" "$path"
done

for program in {{ programs }}; do
  command -v "$program" >/dev/null || continue
  version=$("$program" --version) || continue
  printf '%s %s\n' "$program" "$version"
done
exit 0
