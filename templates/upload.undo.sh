# Removes what was unpacked. The release id is this run's own, so nobody else made the directory.
rm -f {{ archive_sum }} {{ archive_sum }}.pipe
rm -rf {{ partial }}
