<?php
// Where applications keep the settings of their database: each is asked in its own way, and none is run.

/** Returns the settings of the connection that the application uses. */
function settings(): array
{
    if (is_file('artisan') && is_file('bootstrap/app.php')) {
        return laravel();
    }
    if (is_file('bin/console')) {
        return symfony();
    }
    if (is_file('spark')) {
        return codeigniter();
    }
    if (is_file('wp-config.php')) {
        return wordpress(file_get_contents('wp-config.php'));
    }
    refuse('it is not known where this application keeps the settings of its database', 3);
}

/** Asks Laravel itself: its .env and its configuration, cached or not, and nothing more of it. */
function laravel(): array
{
    require 'vendor/autoload.php';
    $application = require 'bootstrap/app.php';
    $application->bootstrapWith([
        Illuminate\Foundation\Bootstrap\LoadEnvironmentVariables::class,
        Illuminate\Foundation\Bootstrap\LoadConfiguration::class,
    ]);
    $config = $application->make('config');
    $name = $config->get('database.default');
    $settings = $config->get("database.connections.$name");
    if (!is_array($settings)) {
        refuse("config/database.php has no connection `$name`, which is its default");
    }
    if (class_exists(Illuminate\Support\ConfigurationUrlParser::class)) {
        $settings = (new Illuminate\Support\ConfigurationUrlParser)->parseConfiguration($settings);
    }
    if (isset($settings['write'])) {
        $write = isset($settings['write'][0]) ? $settings['write'][0] : $settings['write'];
        $settings = array_merge($settings, $write);
    }
    return $settings;
}

/** Reads the URL that Doctrine gets, as Symfony's own Dotenv does. */
function symfony(): array
{
    require 'vendor/autoload.php';
    if (!getenv('DATABASE_URL') && class_exists(Symfony\Component\Dotenv\Dotenv::class) && is_file('.env')) {
        $dotenv = new Symfony\Component\Dotenv\Dotenv;
        method_exists($dotenv, 'bootEnv') ? $dotenv->bootEnv(getcwd().'/.env', 'prod') : $dotenv->loadEnv(getcwd().'/.env', null, 'prod');
    }
    $url = $_ENV['DATABASE_URL'] ?? $_SERVER['DATABASE_URL'] ?? getenv('DATABASE_URL');
    if (!$url) {
        refuse('DATABASE_URL is neither in the environment nor in .env.local', 3);
    }
    $url = str_replace('%kernel.project_dir%', getcwd(), $url);
    $parts = parse_url(preg_replace('#^((?:pdo-)?sqlite3?):///#', '$1://localhost/', $url));
    if (!is_array($parts)) {
        refuse('DATABASE_URL cannot be read');
    }
    parse_str($parts['query'] ?? '', $query);
    $drivers = ['mysql2' => 'mysql', 'pdo-mysql' => 'mysql', 'mysqli' => 'mysql', 'postgres' => 'pgsql',
        'postgresql' => 'pgsql', 'pdo-pgsql' => 'pgsql', 'sqlite3' => 'sqlite', 'pdo-sqlite' => 'sqlite'];
    $driver = $parts['scheme'] ?? '';
    $path = rawurldecode(substr($parts['path'] ?? '', 1));
    return array_filter([
        'driver' => $drivers[$driver] ?? $driver,
        'host' => rawurldecode($parts['host'] ?? ''),
        'port' => $parts['port'] ?? null,
        'unix_socket' => $query['unix_socket'] ?? null,
        'username' => rawurldecode($parts['user'] ?? ''),
        'password' => rawurldecode($parts['pass'] ?? ''),
        'database' => $path,
        'sslmode' => $query['sslmode'] ?? null,
    ], 'is_scalar');
}

/** Reads what .env says of CodeIgniter's default connection, as its DotEnv does. */
function codeigniter(): array
{
    $settings = [];
    $names = ['hostname' => 'host', 'username' => 'username', 'password' => 'password', 'database' => 'database',
        'DBDriver' => 'driver', 'port' => 'port'];
    foreach (is_file('.env') ? file('.env', FILE_IGNORE_NEW_LINES) : [] as $line) {
        if (!preg_match('/^\s*(?:export\s+)?[\'"]?database[._]default[._](\w+)[\'"]?\s*=\s*(.*)$/', $line, $found)) {
            continue;
        }
        $value = trim($found[2]);
        if (preg_match('/^"((?:[^"\\\\]|\\\\.)*)"/', $value, $quoted) || preg_match("/^'((?:[^'\\\\]|\\\\.)*)'/", $value, $quoted)) {
            $value = str_replace(['\\\\', '\\"', "\\'"], ['\\', '"', "'"], $quoted[1]);
        } else {
            $value = rtrim(explode(' #', $value, 2)[0]);
        }
        if (strpos($value, '${') !== false) {
            refuse(".env has \${...} in database.default.{$found[1]}, which is not followed here", 3);
        }
        if (isset($names[$found[1]])) {
            $settings[$names[$found[1]]] = $value;
        }
    }
    if (!isset($settings['database'])) {
        refuse('.env has no database.default.database', 3);
    }
    $drivers = ['mysqli' => 'mysql', 'postgre' => 'pgsql', 'sqlite3' => 'sqlite'];
    $driver = strtolower($settings['driver'] ?? 'MySQLi');
    $settings['driver'] = $drivers[$driver] ?? $driver;
    if ($settings['driver'] === 'sqlite' && strpos($settings['database'], '/') === false && $settings['database'] !== ':memory:') {
        $settings['database'] = getcwd().'/writable/'.$settings['database'];
    }
    return $settings + ['host' => 'localhost', 'username' => '', 'password' => ''];
}

/** Reads the constants of wp-config.php without running it. */
function wordpress(string $text): array
{
    $words = [];
    foreach (token_get_all($text) as $token) {
        if (!is_array($token) || !in_array($token[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true)) {
            $words[] = $token;
        }
    }
    $settings = ['driver' => 'mysql'];
    $names = ['DB_NAME' => 'database', 'DB_USER' => 'username', 'DB_PASSWORD' => 'password', 'DB_HOST' => 'host'];
    foreach ($words as $place => $word) {
        $name = literal($words[$place + 2] ?? null);
        if (!is_array($word) || strtolower($word[1]) !== 'define' || !isset($names[$name])) {
            continue;
        }
        $value = literal($words[$place + 4] ?? null);
        if ($value === null || ($words[$place + 5] ?? null) !== ')') {
            refuse("wp-config.php computes $name: it is not run to find out", 3);
        }
        // The first definition counts.
        $settings += [$names[$name] => $value];
    }
    if (!isset($settings['database'], $settings['username'], $settings['host'])) {
        refuse('wp-config.php does not define DB_NAME, DB_USER and DB_HOST', 3);
    }
    if (preg_match('#^([^:]*):(/.*)$#', $settings['host'], $found)) {
        $settings['unix_socket'] = $found[2];
    } elseif (preg_match('#^([^:]*|\[.*\]):(\d+)$#', $settings['host'], $found)) {
        list(, $settings['host'], $settings['port']) = $found;
    }
    return $settings;
}

/** Returns the value of a string in PHP text; null: it is none, or has variables. */
function literal($token): ?string
{
    if (!is_array($token) || $token[0] !== T_CONSTANT_ENCAPSED_STRING) {
        return null;
    }
    $inner = substr($token[1], 1, -1);
    if ($token[1][0] === "'") {
        return strtr($inner, ['\\\\' => '\\', "\\'" => "'"]);
    }
    return strpos($inner, '\\') === false ? $inner : strtr($inner, ['\\\\' => '\\', '\\"' => '"', '\\$' => '$']);
}
?>
