# within SECONDS COMMAND...: runs a command that gets so long; 124: it took longer.
within() {
  tenths=$(($1 * 10))
  shift
  # What runs beside the shell would find nothing on its own input.
  { "$@" <&3 & } 3<&0
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    if [ "$tenths" -le 0 ]; then
      kill -s KILL "$child" 2>/dev/null || :
      wait "$child" 2>/dev/null || :
      return 124
    fi
    sleep 0.1 2>/dev/null || { sleep 1 && tenths=$((tenths - 9)); }
    tenths=$((tenths - 1))
  done
  wait "$child"
}

# migrations PHP: what the Laravel release in the working directory says of its migrations, a line each.
# A database that does not answer is waited for a while only. Nothing is changed.
migrations() {
  said=0
  within 10 "$1" 2>/dev/null <<'END' || said=$?
<?php
ini_set("display_errors", "0");
$say = function ($what, $lines) {
    foreach ($lines as $line) {
        echo "\nmigrations ", $what, " ", preg_replace("/\s+/", " ", (string) $line), "\n";
    }
};
try {
    require "./vendor/autoload.php";
    $app = require "./bootstrap/app.php";
    $app->make(Illuminate\Contracts\Console\Kernel::class)->bootstrap();
    $migrator = $app->make("migrator");
    $paths = array_merge($migrator->paths(), [$app->databasePath() . "/migrations"]);
    $top = realpath(".") . "/";
    foreach (array_map("realpath", $paths) as $path) {
        if (is_string($path) && strpos($path, $top) === 0) {
            $say("dir", [substr($path, strlen($top))]);
        }
    }
    $is = function ($path, $name) {
        return strtolower(basename($path)) === $name;
    };
    foreach (glob("Modules/*/*/*", GLOB_ONLYDIR) ?: [] as $path) {
        if ($is($path, "migrations") && $is(dirname($path), "database")) {
            $say("module", [$path]);
        }
    }
    $say("file", array_keys($migrator->getMigrationFiles($paths)));
    if ($migrator->repositoryExists()) {
        $say("table", [1]);
        $say("ran", $migrator->getRepository()->getRan());
    }
    $connection = $migrator->resolveConnection(null);
    $connection->useDefaultSchemaGrammar();
    if ($connection->getSchemaGrammar()->supportsSchemaTransactions()) {
        $say("whole", [1]);
    }
    $say("end", [1]);
} catch (Throwable $error) {
    $say("error", [substr($error->getMessage() ?: get_class($error), 0, 300)]);
}
END
  case $said in
    0) ;;
    124) echo "migrations error the database did not answer within 10 s" ;;
    *) echo "migrations error PHP ended with exit code $said" ;;
  esac
}
