<?php
// Written by deployer for one run, which removes it: tells which release PHP executes here, and lets
// this PHP forget where it found the release before.

(static function (): void {
    $name = basename(__FILE__, '.php');
    $run = substr((string) strrchr($name, '-'), 1);
    $once = isset($_GET['once']) && is_string($_GET['once']) ? $_GET['once'] : '';
    $isKnown = preg_match('/^deployer-\d{14}-[0-9a-f]{16}$/D', $name) === 1;
    if (!$isKnown || strpos($once, $run . '-') !== 0 || time() > EXPIRES) {
        http_response_code(404);
        return;
    }
    // First: what this worker remembers of links is what it is asked about.
    $file = (string) realpath(__FILE__);
    $isOn = function_exists('opcache_get_status') && ini_get('opcache.enable');
    $status = $isOn ? @opcache_get_status(false) : false;
    $reset = 'no';
    if (isset($_GET['reset'])) {
        // OPcache forgets before the next request, and its workers with it; else this one does.
        $isReset = function_exists('opcache_reset') && @opcache_reset();
        $reset = $isReset || !$isOn || is_array($status) ? 'yes' : 'refused';
        clearstatcache(true);
    }
    header('Content-Type: text/plain; charset=utf-8');
    header('Cache-Control: no-store, no-cache, must-revalidate, max-age=0');
    header('X-LiteSpeed-Cache-Control: no-store');
    header('Pragma: no-cache');
    header('Expires: Thu, 01 Jan 1970 00:00:00 GMT');
    // Visitors who come at once meet several workers.
    $has = static function (string $name): bool {
        return function_exists($name);
    };
    if ($has('usleep')) {
        usleep(40000);
    }
    $worker = [$has('php_uname') ? php_uname('n') : '', $has('getmypid') ? getmypid() : ''];
    echo "deployer $name\n";
    echo 'release ', preg_match('#/releases/(\d{14})/#', $file, $found) === 1 ? $found[1] : '', "\n";
    echo 'worker ', implode(' ', $worker), "\n";
    echo 'opcache ', $isOn ? 'on' : 'off', "\n";
    echo "reset $reset\n";
    echo 'preload ', $isOn && ini_get('opcache.preload') ? 'yes' : 'no', "\n";
    echo 'server ', $_SERVER['SERVER_SOFTWARE'] ?? '', "\n";
})();
