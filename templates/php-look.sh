# Starts another PHP than the probe did, and prints the same facts about it.
fact() { printf '%s\n' "$*"; }
start {{ php }}
