# Tries the settings of a database that no release on the host uses yet.
fact() { printf '%s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
php={{ php }}
reaches_database {{ program }}
