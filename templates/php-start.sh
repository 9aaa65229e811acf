# Function: what a PHP is. It needs those of probe.sh.

# start PROGRAM: prints what a PHP says of itself.
start() {
  fact php_as "$1"
  # What PHP itself has to say comes first: the facts begin on a line of their own.
  "$1" -r 'echo "\nphp ", PHP_VERSION, " ", PHP_BINARY, "\nphp_extension ",
    implode("\nphp_extension ", get_loaded_extensions()), "\n";' 2>/dev/null </dev/null || :
}
