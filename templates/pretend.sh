# Shows what migrations would do to the database: the live release pretends to run them, from a directory
# of their own that goes again. No connection of theirs may change anything.
release={{ release_path }}
umask 077
dir=$(mktemp -d "${TMPDIR:-/tmp}/deployer-migrations.XXXXXX") || {
  echo "pretend refused no temporary directory can be made there"
  exit 1
}
trap 'rm -rf "$dir"' EXIT
trap 'exit 143' TERM HUP INT
mkdir "$dir/files"
{% for file in files %}printf '%s' {{ file.text }} >"$dir/files/"{{ file.name }}
{% endfor %}
cd "$release" || exit 1
PGOPTIONS="${PGOPTIONS:-} -c default_transaction_read_only=on"
DEPLOYER_MIGRATIONS=$dir/files
export PGOPTIONS DEPLOYER_MIGRATIONS
said=0
within 60 {{ php }} 2>"$dir/errors" <<'END' || said=$?
<?php
ini_set("display_errors", "stderr");
$say = function ($what, $text) {
    foreach (preg_split("/\r\n|\r|\n/", $text) as $line) {
        $more = strlen($line) - 8000;
        echo "\npretend ", $what, " ", substr($line, 0, 8000), $more > 0 ? " ... $more more bytes" : "", "\n";
        $what = "line";
    }
};
try {
    require "./vendor/autoload.php";
    $app = require "./bootstrap/app.php";
    $app->make(Illuminate\Contracts\Console\Kernel::class)->bootstrap();
    $config = $app->make("config");
    $databases = $app->make("db");
    foreach ((array) $config->get("database.connections") as $name => $settings) {
        if (in_array($settings["driver"] ?? "", ["mysql", "mariadb"], true)) {
            // PDO::MYSQL_ATTR_INIT_COMMAND, which newer versions of PHP call otherwise.
            $options = [1002 => "SET SESSION TRANSACTION READ ONLY"] + (array) ($settings["options"] ?? []);
            $config->set("database.connections.$name.options", $options);
        } elseif (($settings["driver"] ?? "") === "sqlite" && is_file($settings["database"] ?? "")) {
            $databases->connection($name)->getPdo()->exec("PRAGMA query_only = 1");
        }
    }
    $migrator = $app->make("migrator");
    foreach (glob(getenv("DEPLOYER_MIGRATIONS") . "/*.php") ?: [] as $file) {
        $name = $migrator->getMigrationName($file);
        $say("migration", $name);
        $default = $databases->getDefaultConnection();
        try {
            $migration = require $file;
            $migration = is_object($migration) ? $migration : $migrator->resolve($name);
            $connection = $databases->connection($migration->getConnection());
            $databases->setDefaultConnection($connection->getName());
            $queries = $connection->pretend(function () use ($migration) {
                $migration->up();
            });
            foreach ($queries as $query) {
                $say("query", $query["query"]);
            }
        } catch (Throwable $error) {
            $say("error", $error->getMessage() ?: get_class($error));
        } finally {
            $databases->setDefaultConnection($default);
        }
    }
    $say("end", "");
} catch (Throwable $error) {
    $say("refused", $error->getMessage() ?: get_class($error));
}
END
case $said in
  0) ;;
  124) echo "pretend refused the live release did not answer within 60 s" ;;
  *)
    echo "pretend refused PHP ended with exit code $said"
    head -n 20 "$dir/errors" | while IFS= read -r line; do printf 'pretend line %s\n' "$line"; done
    ;;
esac
