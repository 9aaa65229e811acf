<?php
// Written by deployer: finds the live release at each request and hands over to it. The web server
// refuses links here, so this file stands in the place of one.

(static function (): void {
    // Neither PHP nor the system may remember where the link led a moment ago.
    clearstatcache(true);
    $link = __DIR__ . CURRENT;
    $release = readlink($link);
    if ($release === false) {
        http_response_code(503);
        exit("No release is live.\n");
    }
    $release = realpath($release[0] === '/' ? $release : dirname($link) . '/' . $release);
    $public = $release . PUBLIC_PATH;
    $path = rawurldecode(explode('?', $_SERVER['REQUEST_URI'] ?? '/', 2)[0]);

    // The page of maintenance; what proves which release is served is not kept from the program.
    $page = dirname($link) . '/shared/maintenance.html';
    if (is_file($page) && !preg_match('#^/deployer-\d{14}-[0-9a-f]{16}\.#', $path)) {
        http_response_code(503);
        header('Cache-Control: no-store');
        header('Retry-After: 60');
        readfile($page);
        exit;
    }

    // Dot files are nobody's business, but what certificate authorities look for is.
    if (preg_match('#/\.(?!well-known/)#', $path) || strpos($path, "\0") !== false) {
        http_response_code(404);
        exit("Not found.\n");
    }
    $file = realpath($public . $path);
    foreach (['index.php', 'index.html'] as $index) {
        if ($file !== false && is_dir($file) && is_file("$file/$index")) {
            $file .= "/$index";
        }
    }
    $isScript = (bool) preg_match('#\.(php\d?|phtml|phar)$#i', (string) $file);
    // Uploads lie outside of the release: what is there is never run.
    $isOwn = $file !== false && strpos($file, $release . '/') === 0;

    if ($file !== false && is_file($file) && !$isScript) {
        $GLOBALS['deployer_file'] = $file;
        return;
    }
    $script = $isScript && $isOwn ? substr($file, strlen($public)) : '/index.php';
    $_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $script;
    $_SERVER['SCRIPT_FILENAME'] = $public . $script;
    $_SERVER['DOCUMENT_ROOT'] = $public;
    chdir(dirname($public . $script));
})();

if (isset($GLOBALS['deployer_file'])) {
    (static function (string $file): void {
        $types = [
            'css' => 'text/css', 'js' => 'text/javascript', 'mjs' => 'text/javascript', 'json' => 'application/json',
            'html' => 'text/html', 'txt' => 'text/plain', 'xml' => 'text/xml', 'svg' => 'image/svg+xml',
            'png' => 'image/png', 'jpg' => 'image/jpeg', 'jpeg' => 'image/jpeg', 'gif' => 'image/gif',
            'webp' => 'image/webp', 'avif' => 'image/avif', 'ico' => 'image/x-icon', 'pdf' => 'application/pdf',
            'woff' => 'font/woff', 'woff2' => 'font/woff2', 'mp4' => 'video/mp4', 'webm' => 'video/webm',
        ];
        $type = $types[strtolower(pathinfo($file, PATHINFO_EXTENSION))] ?? 'application/octet-stream';
        $modified = gmdate('D, d M Y H:i:s', (int) filemtime($file)) . ' GMT';
        header('Content-Type: ' . $type);
        header('X-Content-Type-Options: nosniff');
        header('Last-Modified: ' . $modified);
        if (($_SERVER['HTTP_IF_MODIFIED_SINCE'] ?? '') === $modified) {
            http_response_code(304);
            return;
        }
        header('Content-Length: ' . filesize($file));
        readfile($file);
    })($GLOBALS['deployer_file']);
    exit;
}
require $_SERVER['SCRIPT_FILENAME'];
