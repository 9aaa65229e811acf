<?php
// The settings of a database that no release knows yet; they are put in where the word stands.

/** Returns the settings of the connection that the application will use. */
function settings(): array
{
    return json_decode(base64_decode('SETTINGS'), true);
}
?>
