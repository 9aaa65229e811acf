<?php
// Reads what phpdotenv makes of each file that comes in, one in each line as base64. Says in a line of
// JSON what its settings are, or which mistake it found. HOME is in the environment, as on a host.
require '/usr/share/php/Dotenv/autoload.php';

use Dotenv\Exception\InvalidFileException;
use Dotenv\Loader\Loader;
use Dotenv\Parser\Parser;
use Dotenv\Repository\Adapter\ArrayAdapter;
use Dotenv\Repository\RepositoryBuilder;
use Dotenv\Util\Str;

while (($line = fgets(STDIN)) !== false) {
    $adapter = ArrayAdapter::create()->get();
    $adapter->write('HOME', '/home/ana');
    $repository = RepositoryBuilder::createWithNoAdapters()->addAdapter($adapter)->make();
    // As its own reader does with a file.
    $text = Str::utf8(base64_decode(trim($line)))->success()->get();
    try {
        $entries = (new Parser())->parse($text);
        (new Loader())->load($repository, $entries);
        $pairs = [];
        // What the loader returns has other names where a name is a number.
        foreach ($entries as $entry) {
            $pairs[] = [$entry->getName(), $repository->get($entry->getName())];
        }
        echo json_encode(['values' => $pairs]), "\n";
    } catch (InvalidFileException $e) {
        preg_match('/Encountered (.*?) at \[/', $e->getMessage(), $found);
        echo json_encode(['error' => $found[1]]), "\n";
    }
}
