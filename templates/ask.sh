# Function: what a site answers to a question, asked with what the host has.
has() { command -v "$1" >/dev/null 2>&1; }

# ask URL SECONDS FOLLOW: prints the line with the status, the headers, an empty line and the page; nothing
# where no answer comes. Redirects are followed where FOLLOW is 1.
ask() {
  if has curl; then
    follow=
    [ "$3" -eq 0 ] || follow=-L
    # shellcheck disable=SC2086 # an option or none
    curl -sS -i -m "$2" $follow -H 'Cache-Control: no-cache' "$1" 2>/dev/null || :
  elif has php; then
    # shellcheck disable=SC2016 # for PHP
    php -r '
      $http = ["timeout" => (int) $argv[2], "ignore_errors" => true, "follow_location" => (int) $argv[3], "header" => "Cache-Control: no-cache"];
      $page = @file_get_contents($argv[1], false, stream_context_create(["http" => $http]));
      if ($page !== false) echo implode("\r\n", $http_response_header), "\r\n\r\n", $page;
    ' -- "$1" "$2" "$3" </dev/null 2>/dev/null || :
  elif has wget; then
    # It tells the headers among its own messages, each behind two spaces.
    wget -q -S -T "$2" -O - "$1" 2>&1 | sed 's/^  \(HTTP\/\)/\1/; s/^  //' || :
  fi
}
