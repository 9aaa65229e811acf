<?php
// Debian's packages find each other through include_path; the copy below vendor goes first.
set_include_path(dirname(__DIR__).'/vendor/php'.PATH_SEPARATOR.get_include_path());
require_once 'Illuminate/autoload.php';
