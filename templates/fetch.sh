# Prints the answer of the host's site to a question, for a controller that cannot reach it: the line
# with its status, its headers, an empty line and the page. Nothing where the host cannot reach it, either.
url={{ url }}
timeout={{ timeout }}
has() { command -v "$1" >/dev/null 2>&1; }
if has curl; then
  curl -sS -i -m "$timeout" {% if follow %}-L{% endif %} -H 'Cache-Control: no-cache' "$url" 2>/dev/null || :
elif has php; then
  # shellcheck disable=SC2016 # for PHP
  php -r '
    $http = ["timeout" => (int) $argv[2], "ignore_errors" => true, "follow_location" => (int) $argv[3], "header" => "Cache-Control: no-cache"];
    $page = @file_get_contents($argv[1], false, stream_context_create(["http" => $http]));
    if ($page !== false) echo implode("\r\n", $http_response_header), "\r\n\r\n", $page;
  ' -- "$url" "$timeout" {{ 1 if follow else 0 }} </dev/null 2>/dev/null || :
elif has wget; then
  # It tells the headers among its own messages, each behind two spaces.
  wget -q -S -T "$timeout" -O - "$url" 2>&1 | sed 's/^  \(HTTP\/\)/\1/; s/^  //' || :
fi
