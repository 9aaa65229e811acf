//! What composer.lock does not tell: the classes of packages that list files instead of namespaces, and
//! the functions that packages define.

/// Beginnings of class names, by package. Needed where a package is not in the lock file, or tells there
/// only in which folder its classes are.
pub(super) const CLASSES: [(&str, &[&str]); 29] = [
    ("barryvdh/laravel-debugbar", &["Barryvdh\\Debugbar\\"]),
    ("barryvdh/laravel-ide-helper", &["Barryvdh\\LaravelIdeHelper\\"]),
    ("beyondcode/laravel-dump-server", &["BeyondCode\\DumpServer\\"]),
    ("brianium/paratest", &["ParaTest\\"]),
    ("facade/ignition", &["Facade\\Ignition\\"]),
    ("fakerphp/faker", &["Faker\\"]),
    ("filp/whoops", &["Whoops\\"]),
    ("fruitcake/laravel-debugbar", &["Fruitcake\\LaravelDebugbar\\"]),
    ("fzaninotto/faker", &["Faker\\"]),
    ("hamcrest/hamcrest-php", &["Hamcrest\\"]),
    ("itsgoingd/clockwork", &["Clockwork\\"]),
    ("larastan/larastan", &["Larastan\\Larastan\\"]),
    ("laravel/breeze", &["Laravel\\Breeze\\"]),
    ("laravel/dusk", &["Laravel\\Dusk\\"]),
    ("laravel/pail", &["Laravel\\Pail\\"]),
    ("laravel/sail", &["Laravel\\Sail\\"]),
    ("laravel/telescope", &["Laravel\\Telescope\\"]),
    ("mockery/mockery", &["Mockery\\"]),
    ("nunomaduro/collision", &["NunoMaduro\\Collision\\"]),
    ("pestphp/pest", &["Pest\\"]),
    ("phpunit/php-code-coverage", &["SebastianBergmann\\CodeCoverage\\"]),
    ("phpunit/phpunit", &["PHPUnit\\"]),
    ("sebastian/comparator", &["SebastianBergmann\\Comparator\\"]),
    ("sebastian/diff", &["SebastianBergmann\\Diff\\"]),
    ("sebastian/exporter", &["SebastianBergmann\\Exporter\\"]),
    ("spatie/laravel-ignition", &["Spatie\\LaravelIgnition\\"]),
    ("spatie/laravel-ray", &["Spatie\\LaravelRay\\"]),
    ("spatie/ray", &["Spatie\\Ray\\"]),
    ("theseer/tokenizer", &["TheSeer\\Tokenizer\\"]),
];

/// Functions, by package.
pub(super) const FUNCTIONS: [(&str, &[&str]); 6] = [
    ("barryvdh/laravel-debugbar", &["debugbar", "start_measure", "stop_measure", "add_measure"]),
    ("fruitcake/laravel-debugbar", &["debugbar", "start_measure", "stop_measure", "add_measure"]),
    // Laravel defines it only where Faker is.
    ("fakerphp/faker", &["fake"]),
    ("itsgoingd/clockwork", &["clock"]),
    ("spatie/ray", &["ray", "rd"]),
    ("symfony/var-dumper", &["dump", "dd"]),
];

/// Short names of classes, by package.
pub(super) const ALIASES: [(&str, &[&str]); 2] =
    [("barryvdh/laravel-debugbar", &["Debugbar"]), ("fruitcake/laravel-debugbar", &["Debugbar"])];
