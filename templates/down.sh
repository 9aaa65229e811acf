# Shows visitors a page of maintenance. `.deployer/down` notes that this program did, so that nothing
# lifts what a person has put there.
note={{ records }}/down
page={{ shared }}/maintenance.html
cd {{ current_path }}
if [ ! -f "$note" ] && { [ -f storage/framework/down ] || [ -f "$page" ]; }; then
  echo 'it is in maintenance mode already, and not by this program: it stays so'
  exit 0
fi
: >"$note"
if [ -f artisan ]; then
  # Not on a command line, where others could read the secret. What this version does not know is left out.
  DOWN_SECRET={{ secret }} DOWN_RETRY={{ retry }} DOWN_REFRESH={{ refresh }} DOWN_RENDER={{ render }}
  export DOWN_SECRET DOWN_RETRY DOWN_REFRESH DOWN_RENDER
  # shellcheck disable=SC2016 # for PHP
  {{ php }} -r '
    require "vendor/autoload.php";
    $app = require "bootstrap/app.php";
    $kernel = $app->make(Illuminate\Contracts\Console\Kernel::class);
    $known = $kernel->all()["down"]->getDefinition();
    $options = [];
    foreach (["secret", "retry", "refresh", "render"] as $name) {
      $value = (string) getenv("DOWN_" . strtoupper($name));
      if ($value !== "" && $known->hasOption($name)) $options["--$name"] = $value;
    }
    $code = $kernel->call("down", $options);
    echo $kernel->output();
    exit($code);
  '
else
  own={{ page }} # empty: the program's
  if [ -n "$own" ] && [ -f "$own" ]; then cp "$own" "$page.partial"; else printf '%s\n' {{ default_page }} >"$page.partial"; fi
  chmod 0644 "$page.partial"
  mv "$page.partial" "$page"
fi
