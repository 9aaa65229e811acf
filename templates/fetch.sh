# Prints a page of the host's site, for a controller that cannot reach it; nothing where the host
# cannot, either.
url={{ url }}
has() { command -v "$1" >/dev/null 2>&1; }
if has curl; then
  curl -fsSL -m 10 -H 'Cache-Control: no-cache' "$url" 2>/dev/null || :
elif has wget; then
  wget -q -T 10 -O - "$url" 2>/dev/null || :
elif has php; then
  php -r "echo @file_get_contents(\$argv[1]);" -- "$url" </dev/null 2>/dev/null || :
fi
