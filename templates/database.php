<?php
// What an application knows of its database, for those who look after it. It runs in a release, with
// PHP 7.4 or later, from standard input: nothing of it stays on the host.
//
//   check         connects as the application does, within 5 seconds, and says so
//   describe DIR  prints what the tools of the database need; what is secret goes into DIR, mode 0600
//   clear WORDS   removes all tables and views of MySQL; routines and events where WORDS name them
//   copy FILE     writes a copy of an SQLite database        whole FILE  looks whether one is whole
//   load FILE     puts an SQLite database in the place of the present one, in one transaction
//
// It ends with 0, with 1 and a reason, or with 3: it does not know where the application keeps its
// settings. No reason has a password in it.

ini_set('display_errors', 'stderr');
error_reporting(E_ALL & ~E_DEPRECATED & ~E_WARNING & ~E_NOTICE);

/** Ends with a reason, which never holds the password. */
function refuse(string $reason, int $code = 1)
{
    $password = (string) ($GLOBALS['settings']['password'] ?? '');
    if (strlen($password) > 3) {
        $reason = str_replace($password, '***', $reason);
    }
    echo "\n", trim((string) preg_replace('/\s+/', ' ', $reason)), "\n";
    exit($code);
}

/** Returns the settings with one host, and words where the driver is not known. */
function completed(array $settings): array
{
    $settings['driver'] = $settings['driver'] ?? '';
    $settings['driver'] = $settings['driver'] === 'mariadb' ? 'mysql' : $settings['driver'];
    if (!in_array($settings['driver'], ['mysql', 'pgsql', 'sqlite'], true)) {
        refuse("databases of the kind `{$settings['driver']}` are not known here", 3);
    }
    $host = $settings['host'] ?? '';
    $settings['host'] = (string) (is_array($host) ? reset($host) : $host);
    foreach (['port', 'database', 'username', 'password', 'unix_socket'] as $name) {
        $settings[$name] = (string) ($settings[$name] ?? '');
        if (preg_match('/[\n\r\0]/', $settings[$name])) {
            refuse("the $name of the database has a line end in it");
        }
    }
    if ($settings['driver'] === 'sqlite' && strpos($settings['database'], ':memory:') === false) {
        $settings['database'] = realpath($settings['database']) ?: $settings['database'];
    }
    return $settings;
}

/** Connects as the application does. */
function connect(array $settings): PDO
{
    if (!extension_loaded('pdo_'.$settings['driver'])) {
        refuse("PHP has no pdo_{$settings['driver']}, which this application needs to reach its database");
    }
    $options = is_array($settings['options'] ?? null) ? $settings['options'] : [];
    unset($options[PDO::ATTR_PERSISTENT]);
    $options = [PDO::ATTR_TIMEOUT => 5, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION] + $options;
    if ($settings['driver'] === 'sqlite') {
        return new PDO('sqlite:'.$settings['database'], null, null, $options);
    }
    return new PDO(dsn($settings), $settings['username'], $settings['password'], $options);
}

function dsn(array $settings): string
{
    if ($settings['driver'] === 'mysql') {
        $place = $settings['unix_socket'] !== ''
            ? "unix_socket={$settings['unix_socket']}"
            : 'host='.($settings['host'] ?: 'localhost').($settings['port'] !== '' ? ";port={$settings['port']}" : '');
        return "mysql:$place;dbname={$settings['database']};charset=utf8mb4";
    }
    $parts = [];
    $names = ['host' => 'host', 'port' => 'port', 'database' => 'dbname', 'sslmode' => 'sslmode',
        'sslcert' => 'sslcert', 'sslkey' => 'sslkey', 'sslrootcert' => 'sslrootcert'];
    foreach ($names as $name => $key) {
        if (($settings[$name] ?? '') !== '') {
            $parts[] = "$key='".addcslashes((string) $settings[$name], "\\'")."'";
        }
    }
    return 'pgsql:'.implode(';', $parts);
}

/** Returns how many tables and views there are; an SQLite file is not made by the look. */
function tables(array $settings): int
{
    if ($settings['driver'] === 'sqlite' && !is_file($settings['database'])) {
        return 0;
    }
    $ask = [
        'mysql' => 'select count(*) from information_schema.tables where table_schema = database()',
        'pgsql' => "select count(*) from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')",
        'sqlite' => 'select count(*) from sqlite_master',
    ];
    return (int) connect($settings)->query($ask[$settings['driver']])->fetchColumn();
}

/** Writes a file that nobody else may read, whole or not at all. */
function put(string $file, string $text): void
{
    umask(0077);
    if (@file_put_contents($file, $text) !== strlen($text)) {
        @unlink($file);
        refuse("$file cannot be written: is the disk full or read-only?");
    }
    chmod($file, 0600);
}

function describe(array $settings, string $dir): void
{
    if ($settings['driver'] === 'sqlite' && strpos($settings['database'], ':memory:') !== false) {
        echo "\ndriver memory\n";
        return;
    }
    $lines = ['driver' => $settings['driver'], 'database' => $settings['database'], 'tables' => tables($settings)];
    if ($settings['driver'] === 'mysql') {
        put("$dir/client", option_file($settings));
    } elseif ($settings['driver'] === 'pgsql') {
        put("$dir/client", '*:*:*:*:'.addcslashes($settings['password'], '\\:')."\n");
        foreach (['host', 'port', 'username', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert'] as $name) {
            $lines[$name] = (string) ($settings[$name] ?? '');
        }
    }
    foreach ($lines as $name => $value) {
        echo "\n$name $value";
    }
    echo "\n";
}

/** Returns the option file for the tools of MySQL. */
function option_file(array $settings): string
{
    $options = is_array($settings['options'] ?? null) ? $settings['options'] : [];
    $tls = [];
    foreach (['CA' => 'ssl-ca', 'CERT' => 'ssl-cert', 'KEY' => 'ssl-key', 'CIPHER' => 'ssl-cipher'] as $name => $key) {
        $constant = "PDO::MYSQL_ATTR_SSL_$name";
        $tls[$key] = defined($constant) ? (string) ($options[constant($constant)] ?? '') : '';
    }
    $verify = defined('PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT') ? constant('PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT') : -1;
    $verifies = $tls['ssl-ca'] !== '' && ($options[$verify] ?? true);
    $socket = $settings['unix_socket'];
    $host = $settings['host'] ?: 'localhost';
    if ($socket === '' && $host === 'localhost') {
        // What "localhost" means is a matter of each client.
        $socket = (string) ini_get('pdo_mysql.default_socket');
        $socket = $socket !== '' && file_exists($socket) ? $socket : '';
    }
    $values = $socket !== ''
        ? ['socket' => $socket]
        : ['host' => $host, 'port' => $settings['port']] + ($host === 'localhost' ? [] : ['protocol' => 'tcp']);
    $values += ['user' => $settings['username'], 'password' => $settings['password']] + $tls;
    $text = "[client]\ndefault-character-set=utf8mb4\n";
    foreach ($values as $name => $value) {
        if ($value !== '' || $name === 'password') {
            $text .= "$name=\"".addcslashes($value, '\\"')."\"\n";
        }
    }
    // Only MariaDB's tools read this part: newer ones want a certificate, which PHP does not ask for.
    return $text."[client-mariadb]\n".($verifies ? "ssl-verify-server-cert\n" : "skip-ssl-verify-server-cert\n");
}

/** Removes all that a dump brings back. */
function clear(array $settings, array $words): void
{
    if ($settings['driver'] !== 'mysql') {
        refuse('only databases of MySQL are cleared here');
    }
    $database = connect($settings);
    $name = static function (string $name): string {
        return '`'.str_replace('`', '``', $name).'`';
    };
    $database->exec('set foreign_key_checks = 0');
    foreach ($database->query('show full tables')->fetchAll(PDO::FETCH_NUM) as list($table, $kind)) {
        $what = $kind === 'VIEW' ? 'view' : ($kind === 'SEQUENCE' ? 'sequence' : 'table');
        $database->exec("drop $what if exists ".$name($table));
    }
    if (in_array('routines', $words, true)) {
        $routines = 'select routine_type, routine_name from information_schema.routines where routine_schema = database()';
        foreach ($database->query($routines)->fetchAll(PDO::FETCH_NUM) as list($kind, $routine)) {
            $database->exec("drop $kind if exists ".$name($routine));
        }
    }
    if (in_array('events', $words, true)) {
        $events = 'select event_name from information_schema.events where event_schema = database()';
        foreach ($database->query($events)->fetchAll(PDO::FETCH_NUM) as list($event)) {
            $database->exec('drop event if exists '.$name($event));
        }
    }
}

/** Copies one SQLite database over another, page by page, in one transaction of the target. */
function copied(string $from, string $to, int $flags): void
{
    if (!class_exists('SQLite3')) {
        refuse('PHP has no sqlite3, which copies a database while it is in use');
    }
    $source = new SQLite3($from, SQLITE3_OPEN_READONLY);
    $target = new SQLite3($to, $flags);
    foreach ([$source, $target] as $database) {
        $database->enableExceptions(true);
        $database->busyTimeout(60000);
    }
    // Each of them waits for its own locks; what the copying itself meets is tried again.
    for ($tries = 60; !@$source->backup($target); $tries--) {
        if ($tries === 0) {
            refuse("$to cannot be written: it is in use, or the disk is full");
        }
        sleep(1);
    }
    $source->close();
    $target->close();
}

function whole(string $file): void
{
    $database = new PDO('sqlite:'.$file, null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    $found = $database->query('pragma integrity_check')->fetchColumn();
    if ($found !== 'ok') {
        refuse("the database is damaged: $found");
    }
}

function perform(string $what, array $words): void
{
    global $settings;
    if ($what === 'whole') {
        whole($words[0]);
        return;
    }
    ob_start();
    $settings = completed(settings());
    // What the application says while it starts is nobody's answer.
    ob_end_clean();
    switch ($what) {
        case 'check':
            $tables = tables($settings);
            echo "\nok {$settings['driver']} $tables\n";
            break;
        case 'describe':
            describe($settings, $words[0]);
            break;
        case 'clear':
            clear($settings, $words);
            break;
        case 'copy':
            touch($words[0]);
            chmod($words[0], 0600);
            copied($settings['database'], $words[0], SQLITE3_OPEN_READWRITE);
            break;
        case 'load':
            copied($words[0], $settings['database'], SQLITE3_OPEN_READWRITE | SQLITE3_OPEN_CREATE);
            break;
        default:
            refuse("there is no `$what`");
    }
}

try {
    perform($argv[1] ?? '', array_slice($argv, 2));
} catch (Throwable $failed) {
    while (ob_get_level() > 0) {
        ob_end_clean();
    }
    refuse($failed->getMessage());
}
